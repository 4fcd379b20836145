import { parseSync } from 'oxc-parser'

/** A sentence for people that stands in the code: where, and its words. */
export type Sentence = { readonly line: number; readonly text: string }

type Node = { readonly type: string; readonly start: number; readonly [key: string]: unknown }

/** Stands in a text where a value does. */
const VALUE = '\uE000'

/** Two words beside each other, or one beside a value. A path, a name, one word of a table are none. */
const WORDS = /[A-Za-z]{2,},? [A-Za-z(]{2,}/
const WORD_BESIDE_VALUE = /(?:^|\s)[A-Za-z]{3,}[ .,:;]?(?:$|\s)/
const ONE_NAME = /^[\w./-]+$/
/** What a shell or a tool reads is typed by people, not read by them: it begins with a word of theirs, and has signs. */
const TYPED =
	/^(?:nft|ip|ip6?tables\S*|echo|sysctl|conntrack|mount|cat|tcpdump|setpriv|nsenter|systemd-run|ctscope|read|exec|table|add|meta|ct|log|type|limit|counter|comment|my|while|for|if)\b(?=.*(?:[-/=<>|;{}$"\uE000]))/
/** What no command has: a word with a comma, a semicolon, a colon or a full stop behind it, and the words of sentences. */
const PROSE =
	/(?:^|\s)\(?[A-Za-z]{2,}\)?(?:[,;:.] |\.$)|\), |(?:^|\s)(?:the|an|is|are|was|were|be|been|has|have|may|should|would|which|that|than|such|shows|tells|of|its)(?:$|\s)/
const SCRIPT = /;\n/
/** In front of what we say on standard error. */
const NAME = /^ctscope: /

const ASKS = new Set([
	...['startsWith', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'split', 'replace', 'replaceAll'],
	...['has', 'get', 'localeCompare', 'match', 'test'],
])
const STARTS = new Set([
	'spawn',
	'execFile',
	'spawnSync',
	'execFileSync',
	'startChild',
	'readText',
	'join',
	'openSync',
])

function isSentence(said: string): boolean {
	const text = said.replace(NAME, '')
	const words = text.replaceAll(VALUE, 'x').trim()
	const isBesideValue =
		text.includes(VALUE) && /[a-z]{3,}/.test(words) && WORD_BESIDE_VALUE.test(text.replaceAll(VALUE, ' '))
	return (WORDS.test(words) || isBesideValue) && !ONE_NAME.test(words) && !isTyped(text.trim())
}

const isTyped = (text: string): boolean => TYPED.test(text) && (SCRIPT.test(text) || !PROSE.test(text))

/** Sentences of a file of TypeScript, in their order. */
export function sentencesIn(file: string, code: string): readonly Sentence[] {
	const found: Sentence[] = []
	const note = (node: Node, text: string) => {
		if (isSentence(text)) found.push({ line: code.slice(0, node.start).split('\n').length, text })
	}
	const visit = (node: Node, above: readonly Node[]): void => {
		const isData = isReadByCode(node, above)
		if (node.type === 'Literal' && typeof node.value === 'string' && !isData) note(node, node.value)
		if (node.type === 'JSXText') note(node, `${VALUE} ${String(node.value).replaceAll(/\s+/g, ' ')}`)
		if (node.type === 'TemplateLiteral' && !isData) {
			const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[]
			note(node, quasis.map(({ value }) => value.cooked).join(VALUE))
		}
		for (const [key, value] of Object.entries(node)) {
			if (key === 'parent') continue
			for (const one of Array.isArray(value) ? value : [value])
				if (isNode(one)) visit(one, [node, ...above.slice(0, 2)])
		}
	}
	visit(parseSync(file, code).program as unknown as Node, [])
	return found
}

const isNode = (value: unknown): value is Node =>
	typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/** Imports, types, keys, what is compared or looked for, words of a command. */
function isReadByCode(node: Node, above: readonly Node[]): boolean {
	const [parent] = above
	if (parent === undefined) return true
	if (above.some((one) => one.type === 'CallExpression' && isStart(one.callee as Node))) return true
	switch (parent.type) {
		case 'ImportDeclaration':
		case 'ExportAllDeclaration':
		case 'ExportNamedDeclaration':
		case 'ImportExpression':
		case 'TSLiteralType':
		case 'TSPropertySignature':
		case 'SwitchCase':
		case 'TaggedTemplateExpression':
		case 'ExpressionStatement':
			return true
		case 'Property':
			return parent.key === node
		case 'MemberExpression':
			return parent.computed === true && parent.property === node
		case 'BinaryExpression':
			return parent.operator === '===' || parent.operator === '!=='
		case 'CallExpression': {
			const callee = parent.callee as Node
			return (
				callee.type === 'MemberExpression' &&
				ASKS.has(nameOf(callee.property as Node)) &&
				(parent.arguments as readonly Node[])[0] === node
			)
		}
		default:
			return false
	}
}

/** What starts a program or names a file; a list that is joined does neither. */
const isStart = (callee: Node): boolean => callee.type === 'Identifier' && STARTS.has(nameOf(callee))

const nameOf = (node: Node): string =>
	node.type === 'Identifier'
		? String(node.name)
		: node.type === 'MemberExpression'
			? nameOf(node.property as Node)
			: ''
