/** What a piece of nft's text says: a block begins, a statement stands in it, it ends. */
export type NftTaker = {
	/** `table inet x`, `chain input`: what stands in front of the brace. */
	begin(head: string): void
	statement(text: string): void
	end(): void
}

/**
 * Words before a brace that make it a block rather than a set (src/parser_bison.y, line, table_block and chain_block); in
 * front of them `add` and the like, behind them family, table and name.
 */
const HEAD =
	/^(?:(?:add|create|replace|delete|destroy|reset|list)\s+)?(?:table|chain|set|map|flowtable|counter|quota|limit|ct\s+(?:helper|timeout|expectation)|secmark|synproxy|tunnel|meter)(?:\s+[\w."*-]+){0,4}$/
/** Heads that stand in a table, and never in a rule. A brace that was open before them has lost its end. */
const ANEW = /^\s*(?:table\s+[\w.-]+(?:\s+[\w.-]+)?|chain\s+[\w.-]+)\s*\{/
/** Of what is longer the insides of braces are left out: a set may have any number of elements. */
const LONGEST = 65_536
const COMMENT = /^#\s*(?:handle\s+\d+|xt_\w+)/
const CUT = '...'

const [BRACE, CLOSE, SEMICOLON, QUOTE, HASH, BACKSLASH] = [...'{};"#\\'].map((one) => one.charCodeAt(0))
const SPECIAL = /[{};"#\\]/

/**
 * Cuts lines of nft into statements, however they are laid out: several on a line, one on several. `#` begins a comment, but
 * for a handle, and for a match or target that an older nft cannot print (`# xt_conntrack`, src/xt.c).
 */
export function createNftStatements(take: NftTaker) {
	/** Whether each block that is open is a chain. */
	const blocks: boolean[] = []
	let parts: string[] = []
	let length = 0
	/** Of the braces of an expression. */
	let depth = 0
	let isCut = false

	const add = (text: string): void => {
		if (text === '') return
		if (length > LONGEST && depth > 0) {
			if (!isCut) parts.push(CUT)
			isCut = true
			return
		}
		parts.push(text)
		length += text.length
	}
	const statement = (): void => {
		const text = parts.length === 1 ? (parts[0] ?? '').trim() : parts.join('').trim()
		parts = []
		length = 0
		isCut = false
		depth = 0
		if (text !== '') take.statement(text)
	}
	const open = (): void => {
		const head = parts.join('').trim()
		parts = []
		length = 0
		blocks.push(/^(?:\w+\s+)?chain\b/.test(head))
		take.begin(head)
	}
	const close = (): void => {
		statement()
		if (blocks.pop() !== undefined) take.end()
	}
	const isHead = (): boolean => {
		if (blocks.at(-1) === true || length > 400) return false
		return HEAD.test(parts.join('').trim())
	}

	const line = (text: string): void => {
		if (depth > 0 && ANEW.test(text)) statement()
		if (!SPECIAL.test(text)) {
			add(depth > 0 || parts.length > 0 ? ` ${text.trim()}` : text)
			if (depth === 0) statement()
			return
		}
		let from = 0
		let isQuoted = false
		let goesOn = false
		if (parts.length > 0) add(' ')
		for (let at = 0; at < text.length; at += 1) {
			const code = text.charCodeAt(at)
			if (code === QUOTE) isQuoted = !isQuoted
			if (isQuoted) continue
			if (code === HASH) {
				if (COMMENT.test(text.slice(at, at + 40))) continue
				add(text.slice(from, at))
				from = text.length
				break
			}
			if (code === BRACE) {
				if (depth === 0) {
					add(text.slice(from, at))
					from = at
					if (isHead()) {
						open()
						from = at + 1
						continue
					}
				}
				depth += 1
			} else if (code === CLOSE) {
				add(text.slice(from, depth > 0 ? at + 1 : at))
				from = at + 1
				if (depth > 0) depth -= 1
				else close()
			} else if (code === SEMICOLON && depth === 0) {
				add(text.slice(from, at))
				from = at + 1
				statement()
			} else if (code === BACKSLASH && text.slice(at + 1).trim() === '') {
				add(text.slice(from, at))
				from = text.length
				goesOn = true
				break
			}
		}
		add(text.slice(from))
		if (depth === 0 && !goesOn) statement()
	}

	return {
		line,
		/** Whether a block or an expression is open. */
		get isOpen(): boolean {
			return blocks.length > 0 || parts.length > 0
		},
		/** A text that is cut ends what it left open. */
		end(): void {
			statement()
			while (blocks.pop() !== undefined) take.end()
		},
	}
}
