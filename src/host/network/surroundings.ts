import { parseVirtualServers } from '../../kernel/network/ip-virtual-server.ts'
import { parseAllowance, parseFeatures, parseIngress, parseLinks } from '../../kernel/network/links.ts'
import { netstatCounter } from '../../kernel/network/netstat.ts'
import type { Clock } from '../../model/clock.ts'
import type { Card, Surroundings } from '../../model/surroundings.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/host/network.ts'
import { ok } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { entriesOf, exists, textOf } from '../tools/proc-fs.ts'
import { type ToolAnswer, toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

const LIMITS = { timeoutMs: 3_000, maxBuffer: 1_000_000 }
/** Each costs two children. */
const MOST_CARDS = 8
const MOST_FILTERS = 16
const CONF = '/proc/sys/net/ipv4/conf'
const BRIDGE = '/proc/sys/net/bridge/bridge-nf-call'

/** Reads what stands around conntrack in the namespace of this process. Asks the kernel, loads and changes nothing. */
export function createSurroundingsReader(tools: ToolPath, clock: Clock): Observer['surroundings'] {
	const ask = async (tool: string, ...args: readonly string[]): Promise<ToolAnswer | undefined> => {
		const program = tools.find(tool)
		return program === undefined ? undefined : toolAnswer(tools, program, args, LIMITS)
	}

	/** Interfaces with filters, and those whose filters were not listed. */
	const filtered = async (names: readonly string[]) => {
		const listed = await inTurn(names.slice(0, MOST_FILTERS), async (name) => {
			const answer = await ask('tc', 'filter', 'show', 'dev', name, 'ingress')
			return { name, has: answer?.failed === false ? answer.stdout.trim() !== '' : undefined }
		})
		return {
			found: listed.filter(({ has }) => has).map(({ name }) => name),
			unread: [
				...listed.filter(({ has }) => has === undefined).map(({ name }) => name),
				...names.slice(MOST_FILTERS),
			],
		}
	}

	const card = async (name: string): Promise<Card> => {
		const features = parseFeatures((await ask('ethtool', '-k', name))?.stdout ?? '')
		return {
			name,
			checksRx: features['rx-checksumming'],
			joinsLarge: features['large-receive-offload'],
			overAllowance: parseAllowance((await ask('ethtool', '-S', name))?.stdout ?? ''),
		}
	}

	return async () => {
		const at = clock.monotonic()
		const shown = await ask('ip', '-j', '-d', 'link', 'show')
		const links = shown === undefined ? undefined : parseLinks(shown.stdout)
		const queues = await ask('tc', '-j', 'qdisc', 'show')
		const ingress = queues === undefined ? undefined : parseIngress(queues.stdout)
		const filters = ingress === undefined ? undefined : await filtered([...new Set(ingress)])
		const cards = links?.filter(({ isDevice }) => isDevice).map(({ name }) => name)
		const hasEthtool = tools.find('ethtool') !== undefined
		const asked =
			cards === undefined || (!hasEthtool && cards.length > 0)
				? undefined
				: await inTurn(cards.slice(0, MOST_CARDS), card)
		const mute = asked?.filter(
			({ checksRx, overAllowance }) => checksRx === undefined && overAllowance === undefined,
		)
		return ok({
			at,
			reversePath: reversePath(),
			bridges: exists(`${BRIDGE}-iptables`)
				? { ipv4: isOn(`${BRIDGE}-iptables`), ipv6: isOn(`${BRIDGE}-ip6tables`) }
				: null,
			ports: links?.filter(({ isPort }) => isPort).map(({ name }) => name),
			virtualServers: virtualServers(),
			xdp: links?.filter(({ hasXdp }) => hasXdp).map(({ name }) => name),
			// "None" is said of interfaces that were all looked at.
			ingress: filters?.found.length === 0 && filters.unread.length > 0 ? undefined : filters?.found,
			cards: asked,
			missing: [
				...(links === undefined ? [english.xdpAndCards(whyNot(shown, 'ip', 'iproute2'))] : []),
				...(ingress === undefined ? [english.filtersOfTc(whyNot(queues, 'tc', 'iproute2'))] : []),
				...(filters === undefined || filters.unread.length === 0
					? []
					: [english.filtersOfInterfaces(counted(filters.unread.length, 'interface'))]),
				...(mute === undefined || mute.length === 0
					? []
					: [
							english.offloadsOfCards(
								english.ethtoolSaysNothing(mute.map(({ name }) => visible(name)).join(', ')),
							),
						]),
				...(!hasEthtool && cards !== undefined && cards.length > 0
					? [english.offloadsOfCards(whyNot(undefined, 'ethtool', 'ethtool'))]
					: []),
				...((cards?.length ?? 0) > MOST_CARDS ? [english.cardsBeyond(MOST_CARDS)] : []),
			],
		} satisfies Surroundings)
	}
}

/** One after the other: they take a lock of the network stack each. */
async function inTurn<From, To>(all: readonly From[], make: (one: From) => Promise<To>): Promise<To[]> {
	const made: To[] = []
	for (const one of all) made.push(await make(one))
	return made
}

function whyNot(answer: ToolAnswer | undefined, tool: string, debianPackage: string): string {
	if (answer === undefined) return english.toolIsMissing(tool, debianPackage)
	return answer.failed ? english.toolFailed(tool, visible(answer.stderr.trim())) : english.toolHasNoJson(tool)
}

const isOn = (path: string): boolean => textOf(path).trim() === '1'

/** In force is the larger one of `all` and the interface's own (include/linux/inetdevice.h, IN_DEV_MAXCONF). */
function reversePath(): Surroundings['reversePath'] {
	const value = (name: string): number => Number(textOf(`${CONF}/${name}/rp_filter`))
	const all = value('all')
	const names = entriesOf(CONF).filter((name) => name !== 'all' && name !== 'default')
	const of = (wanted: number) => names.filter((name) => Math.max(all, value(name)) === wanted)
	return {
		strict: of(1),
		loose: of(2),
		dropped: netstatCounter(textOf('/proc/net/netstat'), 'TcpExt', 'IPReversePathFilter'),
	}
}

function virtualServers(): Surroundings['virtualServers'] {
	if (!exists('/proc/net/ip_vs')) return null
	return {
		...parseVirtualServers(textOf('/proc/net/ip_vs')),
		tracks: isOn('/proc/sys/net/ipv4/vs/conntrack'),
	}
}
