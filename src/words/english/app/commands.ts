// Sentences for people, by the file that says them.

// app/commands/capture.ts
export const probesHaveNoWholePackets =
	'kernel probes see only how packets begin: a capture file needs NFLOG (s in the question about probes)'
export const noPacketCameFromNflog = 'no packet came from NFLOG yet'
export const theKernelLogHasNo = 'the kernel log has no packets: use NFLOG'
export const noReasonIsSelected = 'no reason is selected'

// app/commands/commands.ts
export const thisIsNoRecording = 'this is no recording'
export const holdTheRecordingOrLet = 'Hold the recording, or let it go on'
export const playTheRecordingTwiceAs = 'Play the recording twice as fast'
export const playTheRecordingHalfAs = 'Play the recording half as fast'
export const jumpToTheNextThing = 'Jump to the next thing that was done or changed in the recording'
export const noFilterIsSetSets = 'no filter is set: / sets one'
export const showOnlyRowsWithCertain = 'Show only rows with certain words; ! in front means without them'
export const wordsForFilter = 'search find grep'
export const selectTheNextRowThat = 'Select the next row that the filter lets through'
export const selectTheRowBeforeThat = 'Select the row before that the filter lets through'
export const holdTheViewStillEverything = 'Pause the view; everything is still counted'
export const theViewStandsStillAlready = 'the view is paused already'
export const letTheViewGoOn = 'Let the view go on'
export const goOn = 'go on'
export const theViewIsNotPaused = 'the view is not paused'
export const copyTheSelectedRowTo =
	'Copy the selected row, or the marked ones, to the clipboard of the terminal'
export const wordsForCopy = 'yank clipboard osc 52'
export const copyTheSameToAFile =
	'Write the same into a file that only you can read, and say where it is: for terminals without a clipboard'
export const wordsForCopyToFile = 'save export yank'
export const writeThePacketsKeptOf =
	'Write the packets kept of the selected reason or the marked ones, or those that pass the filter, to a pcapng file'
export const listAllNetworkNamespacesOf =
	'List all network namespaces of this host; enter looks at another one'
export const listAllCommandsTypeTo = 'List all commands; type to find one, enter to run it'
export const showTheKeysOfThis = 'Show the keys of this screen'
export const leaveAsksFirstWhenChanges = 'Leave; asks first when changes are in force'
export const wordsForQuit = 'exit close'
export const leaveAndKeepTheLast = 'Leave, and keep the last screen as text on the terminal'
export const printTheViewAsPlain = 'Print the view as plain lines, to select and copy; any key returns'
export const plainText = 'plain text'
export const wordsForLoFi = 'lo-fi lofi text screenshot redraw clear select'
export const suspendTheProgramChangesStay = 'Suspend the program; changes stay in force until they expire'
export const allowChangesInASession = 'Allow changes in a session that was started with --read-only'
export const changesAreAllowedAlready = 'changes are allowed already'
export const showTheDetailsOfThe = 'Show the details of the selected row, or close them'
export const thereAreNoRows = 'there are no rows'
export const goBackOneLevelClose =
	'Go back one level: to the table, close the details, clear the filter, then the marks'
export const thisIsTheOutermostLevel = 'there is nothing to go back to'
export const undoTheSelectedChangeOr =
	'Undo the selected change, or all marked ones; on other screens the one made last; does not ask'
export const undoThis = 'undo this'
export const undoMarked = 'undo marked'
export const undoAllChangesDoesNot = 'Undo all changes; does not ask'
export const undoAll = 'undo all'
export const keepAChangeThatWaits = 'Keep a change that waits to be confirmed, until it expires'
export const noChangeWaitsToBe = 'no change waits to be confirmed'
export const giveTheChangesInForce = 'Extend the changes in force by 10 minutes, up to an hour from now'

export const writeWhatWasFoundSo =
	'Write what was found so far as Markdown and JSON into the working directory'
export const writeTheReportWithAddresses =
	'Write the report with addresses and host name replaced, each always by the same word'
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
	'Move the focus between the table and its details: the keys above scroll what has it'
export const selectTheNextRow = 'Select the next row, or the next line of the details'
export const selectTheRowBefore = 'Select the row before, or the line before of the details'
export const selectTheFirstRow = 'Select the first row'
export const selectTheLastRowOn = 'Select the last row; on Log, follow the newest line'
export const moveDownByAPage = 'Move down by a page'
export const moveUpByAPage = 'Move up by a page'
export const moveDownByHalfA = 'Move down by half a page'
export const moveUpByHalfA = 'Move up by half a page'

// app/commands/table-commands.ts
export const theseRowsHaveOneOrder = 'the rows of this screen have one order'
export const noColumnIsChosen = 'the table has the order of its screen: > and < choose a column to sort by'
export const thisRowHasNoValue = 'this row has no value to filter by'
export const filterByAValueOf =
	'Filter by a value of the selected row (address, port, reason); again: by the next one, behind the last by none'
export const byValue = 'by value'
export const wordsForFilterValue = 'search find only address port'
export const sortByTheNextColumn =
	'Sort by the next column; behind the last one comes the order of the screen'
export const sortByTheColumnBefore = 'Sort by the column before'
export const reverseTheOrder = 'Reverse the order of the rows in the column that they are sorted by'
export const wordsForSort = 'sort order by column descending ascending'
export const markTheSelectedRow =
	'Mark the selected row, or unmark it, and go to the next one: the marked rows are copied, and on Printk and Changes switched and undone, together'
export const wordsForMark = 'tag select several'

// app/commands/requests.ts
export const theTraceIsOver = 'the trace is over'
export const theListsAreRead = 'the entries were followed long enough'
export const tooManyEntriesEnd = 'too many entries end'
export const theTrialIsOver = 'the trial is over'
export const nothingIsProposed = 'nothing is proposed'
export const itCannotWorkAsThings = 'it cannot work as things are'
export const whatTreatsPacketsDifferentlyGets = 'what treats packets differently gets no more time'
