import { busy } from './busy.ts'
import { countEntries } from './count-entries.ts'
import { firstFrame } from './first-frame.ts'
import { idle } from './idle.ts'
import { keys } from './keys.ts'
import { memory } from './memory.ts'
import { namespaces } from './namespaces.ts'
import { nflog } from './nflog.ts'
import { parse } from './parse.ts'
import { probeEvents } from './probe/events.ts'
import { probeGuest } from './probe/guest.ts'
import { rules } from './rules.ts'
import { ruleset } from './ruleset.ts'
import { sideBySide } from './side-by-side.ts'
import { undo } from './undo.ts'

/** Each prints its own lines: figure, limit, baseline. */
const BENCHES: Record<string, () => Promise<void>> = {
	'first-frame': firstFrame,
	idle,
	count: countEntries,
	parse,
	nflog,
	'probe-events': probeEvents,
	'probe-guest': probeGuest,
	undo,
	keys,
	busy,
	rules,
	ruleset,
	namespaces,
	memory,
	'side-by-side': sideBySide,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
	console.error(`there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`)
	process.exit(1)
}
for (const [name, bench] of Object.entries(BENCHES)) {
	if (asked.length > 0 && !asked.includes(name)) continue
	console.log(`\n${name}`)
	await bench()
}
