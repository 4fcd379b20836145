// Sentences for people, by the file that says them.

// recording/codec.ts
export const itIsNoRecordingOf = 'it is not a recording of ctscope'
export const itIsARecordingOf = (v: string): string => `it is a recording of a later version (format ${v})`
export const itsFirstLineIsDamaged = 'its first line is damaged'

// recording/replay.ts
export const thisIsARecordingNothing = 'this is a recording: nothing can be changed'
