// Sentences for people, by the file that says them.

// commands/practice/command.ts
export const scenariosScanAsymmetricForgottenChecksum = `
Scenarios: scan, asymmetric, forgotten, checksum, timeout, nat. Without a name
one is chosen, and you find out which. The namespaces have no names, and nothing
of the host is touched; they are gone when the program has ended.

Examples:
  ctscope practice                         you find out which
  ctscope practice asymmetric --read-only
  ctscope practice nat run -- sleep 10`
export const findTheCauseOfInvalid =
	'find the cause of INVALID packets in throw-away network namespaces with real traffic'
export const whichOneWithoutItYou = 'which one; without it a random one'
export const whatCtscopeIsToDo = 'what ctscope is to do there: options of the screen, or another subcommand'

// commands/practice/practice.ts
export const practice = (story: string): string => `Practice. ${story}`
export const makingNetworkNamespaces = 'making network namespaces'
export const rootCapSysAdmin = 'root (CAP_SYS_ADMIN)'

// commands/practice/place.ts

export const thisIsForCtscopeItself = 'ctscope: this is for ctscope itself; use: ctscope practice\n'
