// What of a release is said in more than one place, and has to be the same there.

export type Facts = {
	/** Lines of `git status --porcelain`. */
	readonly dirty: readonly string[]
	/** Tags of this repository. */
	readonly tags: readonly string[]
	readonly package: string
	/** package-lock.json says it twice. */
	readonly lock: readonly [string, string]
	/** What the program prints. */
	readonly program: string
	readonly manual: string
	readonly changelog: string
	readonly maintainer: string | undefined
}

export const tagOf = (version: string): string => `v${version}`

/** A date behind the version, as in `## 1.2.0 (2027-01-31)`: what is unreleased has none. */
const sectionOf = (changelog: string, version: string): string | undefined =>
	changelog
		.split('\n')
		.find((line) => line.startsWith('## ') && line.slice(3).trim().split(/\s/, 1)[0] === version)

/** What is not in step, one sentence each; nothing when all is. */
export function notInStep(facts: Facts): readonly string[] {
	const { package: version, lock, program, manual, changelog, dirty, tags, maintainer } = facts
	const section = sectionOf(changelog, version)
	const elsewhere = (place: string, found: string): readonly string[] =>
		found === version ? [] : [`${place} says ${found || 'no version'}, package.json says ${version}`]
	return [
		...(dirty.length === 0 ? [] : [`not committed: ${dirty.map((line) => line.trim()).join(', ')}`]),
		...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`${version} is not a version as 1.2.3`]),
		...elsewhere('package-lock.json', lock[0]),
		...elsewhere('the root package of package-lock.json', lock[1]),
		...elsewhere('the program (src/commands/common/version.ts)', program),
		...elsewhere('the man page (node scripts/manual.ts writes it)', manual),
		...(section === undefined
			? [`CHANGELOG.md has no section "## ${version}"`]
			: /\(unreleased\)/i.test(section)
				? [`CHANGELOG.md calls ${version} unreleased: put the date there`]
				: []),
		...(tags.includes(tagOf(version)) ? [`there is a tag ${tagOf(version)} already: raise the version`] : []),
		...(maintainer === undefined
			? [
					'nobody is named who looks after the packages: set CTSCOPE_MAINTAINER="NAME <ADDRESS>", or author in package.json',
				]
			: []),
	]
}

/** The version in the first line of a man page that has one. */
export const versionOfManual = (page: string): string => /^\.TH .*"ctscope ([^"]+)"/m.exec(page)?.[1] ?? ''
