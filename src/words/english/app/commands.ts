// Sentences for people, by the file that says them.

// app/commands/capture.ts
export const probesHaveNoWholePackets =
	'kernel probes see only the start of each packet: a capture file needs NFLOG (s in the probe dialog)'
export const noPacketCameFromNflog = 'no packet has come from NFLOG yet'
export const theKernelLogHasNo = 'the kernel log has no packets: use NFLOG'
export const noReasonIsSelected = 'no reason is selected'

// app/commands/commands.ts
export const thisIsNoRecording = 'this is not a recording'
export const holdTheRecordingOrLet = 'Pause the recording, or resume it'
export const playTheRecordingTwiceAs = 'Play the recording twice as fast'
export const playTheRecordingHalfAs = 'Play the recording half as fast'
export const jumpToTheNextThing = 'Jump to the next action or change in the recording'
export const noFilterIsSetSets = 'no filter is set: / sets one'
export const showOnlyRowsWithCertain = 'Show only rows with these words; ! in front: rows without them'
export const wordsForFilter = 'search find grep'
export const selectTheNextRowThat = 'Select the next row that matches the filter'
export const selectTheRowBeforeThat = 'Select the previous row that matches the filter'
export const holdTheViewStillEverything = 'Pause the view; everything is still counted'
export const theViewStandsStillAlready = 'the view is already paused'
export const letTheViewGoOn = 'Resume the view'
export const goOn = 'resume'
export const theViewIsNotPaused = 'the view is not paused'
export const copyTheSelectedRowTo =
	'Copy the selected row, or the marked ones, to the clipboard of the terminal'
export const wordsForCopy = 'yank clipboard osc 52'
export const copyTheSameToAFile =
	'Write the same to a file that only you can read, and show its path: for terminals without a clipboard'
export const wordsForCopyToFile = 'save export yank'
export const writeThePacketsKeptOf =
	'Write the kept packets of the selected reason, of the marked ones or of those that match the filter to a pcapng file'
export const listAllNetworkNamespacesOf =
	'List all network namespaces of this host; enter switches to another one'
export const listAllCommandsTypeTo = 'List all commands; type to find one, enter to run it'
export const showTheKeysOfThis = 'Show the keys of this screen'
export const leaveAsksFirstWhenChanges = 'Quit; asks first when changes are in force'
export const wordsForQuit = 'exit close'
export const leaveAndKeepTheLast = 'Quit, and keep the last screen as text on the terminal'
export const printTheViewAsPlain = 'Print the view as plain lines, to select and copy; any key returns'
export const plainText = 'plain text'
export const wordsForLoFi = 'lo-fi lofi text screenshot redraw clear select'
export const suspendTheProgramChangesStay = 'Suspend ctscope; changes stay in force until they expire'
export const allowChangesInASession = 'Allow changes in a session that was started with --read-only'
export const changesAreAllowedAlready = 'changes are already allowed'
export const showTheDetailsOfThe = 'Show the details of the selected row, or close them'
export const thereAreNoRows = 'there are no rows'
export const goBackOneLevelClose =
	'Go back one level: to the table, close the details, clear the filter, then the marks'
export const thisIsTheOutermostLevel = 'there is nothing to go back to'
export const undoTheSelectedChangeOr =
	'Undo the selected change, or all marked ones; on other screens the last one made; does not ask'
export const undoThis = 'undo this'
export const undoMarked = 'undo marked'
export const undoAllChangesDoesNot = 'Undo all changes; does not ask'
export const undoAll = 'undo all'
export const keepAChangeThatWaits = 'Keep a change that is waiting for confirmation, until it expires'
export const noChangeWaitsToBe = 'no change is waiting for confirmation'
export const giveTheChangesInForce = 'Extend the changes in force by 10 minutes, up to an hour from now'

export const writeWhatWasFoundSo = 'Write the findings so far as Markdown and JSON to the working directory'
export const writeTheReportWithAddresses =
	'Write the report with addresses and host name replaced, each always by the same placeholder'
export const wordsForReport = 'save export markdown json'

// app/commands/levels.ts
export const marked = (rows: string): string => `${rows} marked`
export const unmark = 'unmark all'
export const filtered = (not: string, filter: string): string => `filter ${not}${filter}`
export const clearTheFilter = 'clear filter'
export const checks = 'checks'
export const details = 'details'
export const close = 'close'
export const reading = 'reading'
export const backToTheTable = 'table'
export const crumbs = (path: string, to: string): string => `${path}  (esc: ${to})`

// app/commands/movement-commands.ts
export const show = (title: string, shows: string): string => `Show ${title}: ${shows}`
export const showTheNextScreen = 'Show the next screen'
export const showThePreviousScreen = 'Show the previous screen'
export const moveTheFocus =
	'Move the focus between the table and its details: the keys above scroll whichever has it'
export const selectTheNextRow = 'Select the next row, or the next line of the details'
export const selectTheRowBefore = 'Select the previous row, or the previous line of the details'
export const selectTheFirstRow = 'Select the first row'
export const selectTheLastRowOn = 'Select the last row; on Log, follow the newest line'
export const moveDownByAPage = 'Move down by a page'
export const moveUpByAPage = 'Move up by a page'
export const moveDownByHalfA = 'Move down by half a page'
export const moveUpByHalfA = 'Move up by half a page'

// app/commands/table-commands.ts
export const theseRowsHaveOneOrder = 'the rows of this screen cannot be sorted'
export const noColumnIsChosen = 'the table is in its default order: > and < choose a column to sort by'
export const thisRowHasNoValue = 'this row has no value to filter by'
export const filterByAValueOf =
	'Filter by a value of the selected row (address, port, reason); again: by the next one, after the last one no filter'
export const byValue = 'by value'
export const wordsForFilterValue = 'search find only address port'
export const sortByTheNextColumn = 'Sort by the next column; after the last one comes the default order'
export const sortByTheColumnBefore = 'Sort by the previous column'
export const reverseTheOrder = 'Reverse the sort order'
export const wordsForSort = 'sort order by column descending ascending'
export const markTheSelectedRow =
	'Mark or unmark the selected row and go to the next one: copying takes the marked rows, and on Printk and Changes switching and undoing do too'
export const wordsForMark = 'tag select several'

// app/commands/requests.ts
export const theTraceIsOver = 'the trace is over'
export const theListsAreRead = 'the entries were followed long enough'
export const tooManyEntriesEnd = 'too many entries end'
export const theTrialIsOver = 'the trial is over'
export const nothingIsProposed = 'nothing is proposed'
export const itCannotWorkAsThings = 'it cannot work in the current state'
export const whatTreatsPacketsDifferentlyGets = 'a change of packet handling cannot be extended'
