import type { Btf } from '../btf/btf.ts'
import { entryShape } from './entry-shape.ts'
import { entryNet, probedFunction, structFields } from './probe-fields.ts'
import type { ProbeField } from './probe-layout.ts'
import { type Draft, type Probe, type ProbeOptions, probe } from './probes.ts'

/**
 * The probes that follow each entry from its allocation to its release (net/netfilter/nf_conntrack_core.c). They run for
 * every connection, not for every packet. Empty where this kernel has one of the functions otherwise.
 */
export function listProbes(btf: Btf, options: ProbeOptions): Probe[] {
	const removes = probedFunction(btf, 'nf_ct_delete')
	const entry = removes?.pointing('nf_conn')
	const confirms = probedFunction(btf, '__nf_conntrack_confirm')
	const skb = confirms?.pointing('sk_buff')
	const frees = probedFunction(btf, 'nf_conntrack_free')?.pointing('nf_conn')
	// The lowest three bits of it are no part of the address (enum ip_conntrack_info).
	const carried = skb === undefined ? undefined : pointerIn(structFields(btf, skb.argument, skb.id))
	if (removes === undefined || entry === undefined || carried === undefined || frees === undefined) return []
	const inserts = probedFunction(btf, 'nf_conntrack_hash_check_insert')?.pointing('nf_conn')

	const about = (pointer: string): ProbeField[] => [
		{ name: 'entry', fetch: pointer, type: 'x64' },
		...entryNet(btf, pointer, entry.id),
	]
	const withTuple = (pointer: string): ProbeField[] => {
		const struct = structFields(btf, pointer, entry.id)
		const words = Math.ceil((struct.sizeOf(TUPLE) ?? 0) / 8)
		return [...about(pointer), ...(words > 0 && words <= 16 ? struct.words('tuple', TUPLE, words) : [])]
	}
	const one = (draft: Pick<Draft, 'name' | 'function' | 'kind'>, fields: readonly ProbeField[]): Probe =>
		probe({ filter: null, shape: entryShape(btf, entry.id), ...draft }, fields, options, btf.littleEndian)
	return [
		one({ name: 'made', function: '__nf_conntrack_alloc', kind: 'r' }, withTuple('$retval')),
		one({ name: 'confirm', function: '__nf_conntrack_confirm', kind: 'p' }, [carried]),
		...(inserts === undefined
			? []
			: [
					one({ name: 'insert', function: 'nf_conntrack_hash_check_insert', kind: 'p' }, [
						{ name: 'entry', fetch: inserts.argument, type: 'x64' },
					]),
				]),
		one({ name: 'out', function: 'nf_ct_delete', kind: 'p' }, withTuple(entry.argument)),
		one({ name: 'free', function: 'nf_conntrack_free', kind: 'p' }, about(frees.argument)),
	]
}

const TUPLE = 'tuplehash[0].tuple'

const pointerIn = (skb: ReturnType<typeof structFields>): ProbeField | undefined =>
	skb.number('entry', '_nfct')[0]
