import type { NflogMessage } from '../kernel/nflog/nflog-message.ts'
import type { Result } from '../words/failure.ts'

/** One packet for a capture file, with what is said about it. */
export type CapturedPacket = { readonly message: NflogMessage; readonly comment: string }

/** Writes capture files (pcapng) and reports. Never through a symbolic link, readable by its owner only, over an existing file only with `force`. */
export interface Recorder {
	/** A whole file at once; answers its absolute path. */
	save(path: string, packets: readonly CapturedPacket[]): Promise<Result<string>>
	/** A text as a new file; answers its absolute path. */
	saveText(path: string, text: string): Promise<Result<string>>
	/** A file that grows while packets come. */
	open(
		path: string,
		making?: { readonly force?: boolean; readonly option?: string },
	): Promise<Result<OpenCapture>>
}

export interface OpenCapture {
	readonly path: string
	write(packets: readonly CapturedPacket[]): void
	/** Resolves when all is on the disk; a failure of any write shows here. */
	close(): Promise<Result<{ readonly packets: number; readonly bytes: number }>>
	/** What is in the file so far, also after a write has failed. */
	written(): { readonly packets: number; readonly bytes: number }
	/** Closes it and takes it away: what it was opened for did not come about. */
	discard(): Promise<void>
}
