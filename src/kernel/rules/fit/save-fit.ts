import {
	addressFit,
	allOf,
	anyOf,
	type Fit,
	fitIf,
	interfaceFit,
	negated,
	numberFit,
	protocolFit,
	type RuleFlow,
} from './fit.ts'

/** Options of iptables and the fit of their values: what is not here is not understood. */
const OPTIONS: Readonly<Record<string, (flow: RuleFlow, value: string) => Fit>> = {
	'-s': ({ source }, value) => addressFit(source, value),
	'-d': ({ destination }, value) => addressFit(destination, value),
	'-p': ({ protocol }, value) => protocolFit(protocol, value),
	'-i': interfaceFit,
	'-o': interfaceFit,
	'--sport': ({ sourcePort }, value) => numberFit(sourcePort, value, ':'),
	'--dport': ({ destinationPort }, value) => numberFit(destinationPort, value, ':'),
	'--sports': ({ sourcePort }, value) => portsFit([sourcePort], value),
	'--dports': ({ destinationPort }, value) => portsFit([destinationPort], value),
	'--ports': ({ sourcePort, destinationPort }, value) => portsFit([sourcePort, destinationPort], value),
	'--src-range': ({ source }, value) => addressFit(source, value),
	'--dst-range': ({ destination }, value) => addressFit(destination, value),
	'--dst-type': ({ isToHere }, value) => (value === 'LOCAL' ? fitIf(isToHere) : 'perhaps'),
}

/** Options that ask nothing, or what the caller has looked at: the state. */
const SILENT = ['-m', '--comment', '--ctstate', '--state']

const portsFit = (ports: readonly (number | null)[], value: string): Fit =>
	anyOf(value.split(',').flatMap((range) => ports.map((port) => numberFit(port, range, ':'))))

/** A rule as iptables-save prints it behind `-A CHAIN`; what stands behind its target are the target's own options. */
export function saveFit(text: string, flow: RuleFlow): Fit {
	const words = text.match(/"(?:[^"\\]|\\.)*"?|[^\s"]+/g) ?? []
	const fits: Fit[] = []
	let isNot = false
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? ''
		if (word === '-j' || word === '-g') break
		if (word === '!') {
			isNot = true
			continue
		}
		const value = words[at + 1] ?? ''
		const asks = OPTIONS[word]
		if (asks !== undefined) {
			const fit = asks(flow, value)
			fits.push(isNot ? negated(fit) : fit)
			at += 1
		} else if (SILENT.includes(word)) at += 1
		else fits.push('perhaps')
		isNot = false
	}
	return allOf(fits)
}
