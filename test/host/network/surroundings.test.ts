import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createObserver } from '../../../src/host/observer.ts'
import { tempFolder } from '../../harness/folders.ts'

/** An observer whose tools print this. */
function observerOf(tools: Readonly<Record<string, string>>) {
	const folder = tempFolder('tools')
	for (const [name, script] of Object.entries(tools)) {
		writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
		chmodSync(join(folder, name), 0o755)
	}
	return createObserver({ searchPath: folder })
}

const LINKS = `printf '[{"ifname":"lo","link_type":"loopback"},{"ifname":"ens5","link_type":"ether","xdp":{"mode":1}}]'`
const TC = `case "$*" in *qdisc*) printf '[{"kind":"clsact","dev":"ens5"},{"kind":"clsact","dev":"idle"}]' ;; *ens5*) printf 'filter protocol all pref 49152 bpf' ;; esac`
const ETHTOOL = `case "$1" in -k) printf 'rx-checksumming: off\\nlarge-receive-offload: on\\n' ;; -S) printf '     conntrack_allowance_exceeded: 7\\n' ;; esac`

async function read(tools: Readonly<Record<string, string>>) {
	const result = await observerOf(tools).surroundings()
	if (!result.ok) throw new Error('not read')
	return result.value
}

test('cards, programs and filters are what the tools print', async () => {
	const found = await read({ ip: LINKS, tc: TC, ethtool: ETHTOOL })
	expect(found).toMatchObject({
		xdp: ['ens5'],
		ingress: ['ens5'],
		cards: [{ name: 'ens5', checksRx: false, joinsLarge: true, overAllowance: 7 }],
		missing: [],
	})
})

test('a tool that is not there is named with its package', async () => {
	const none = await read({})
	expect(none).toMatchObject({ xdp: undefined, ingress: undefined, cards: undefined })
	expect(none.missing.join('\n')).toMatch(/program ip was not found \(apt install iproute2\)/)
	const half = await read({ ip: LINKS, tc: TC })
	expect(half.cards).toBeUndefined()
	expect(half.missing).toEqual([expect.stringMatching(/apt install ethtool/)])
})

test('a tool that fails, or prints no JSON, proves nothing', async () => {
	const busybox = await read({ ip: "printf '1: lo: <LOOPBACK>'", tc: 'exit 1', ethtool: ETHTOOL })
	expect(busybox).toMatchObject({ xdp: undefined, ingress: undefined })
	expect(busybox.missing).toEqual([expect.stringMatching(/this ip/), expect.stringMatching(/tc failed/)])
	// A filter that cannot be listed may be there, and nobody has seen it.
	const refused = await read({
		ip: LINKS,
		tc: TC.replace('*ens5*)', '*filter*) exit 2 ;; *ens5*)'),
		ethtool: ETHTOOL,
	})
	expect(refused.ingress).toBeUndefined()
	expect(refused.missing).toEqual([expect.stringMatching(/tc filters of 2 interfaces: not listed/)])
	const half = await read({
		ip: LINKS,
		tc: TC.replace('*ens5*)', '*idle*) exit 2 ;; *ens5*)'),
		ethtool: ETHTOOL,
	})
	expect(half.ingress).toEqual(['ens5'])
	expect(half.missing).toEqual([expect.stringMatching(/tc filters of 1 interface: not listed/)])
	const mute = await read({ ip: LINKS, tc: TC, ethtool: 'exit 75' })
	expect(mute.missing).toEqual([expect.stringMatching(/ethtool shows nothing for ens5/)])
})
