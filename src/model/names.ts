/** What the name service of this host says of an address (`getent hosts`). Its text is untrusted. */
export type NameAnswer =
	| { readonly kind: 'named'; readonly name: string }
	/** It has answered that there is none. */
	| { readonly kind: 'none' }
	/** It has not answered in this time. */
	| { readonly kind: 'late'; readonly seconds: number }
	/** It could not be asked. */
	| { readonly kind: 'failed'; readonly why: string }

/** An address whose name someone has asked for. */
export type AskedName = NameAnswer | { readonly kind: 'asked' }

/** Answers by address, oldest first. */
export type Names = ReadonlyMap<string, AskedName>
