// Packages of newer suites of Debian: apt with lists of its own, so that the lists and sources of this machine stay as they are.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { made } from './cache.js'
import { tried } from './command.js'

/** Backports first: their lists are small. The other one has some 10 MB, and is asked for what those do not have. */
const ROUNDS = [['bookworm-backports', 'trixie-backports'], ['sid']]

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
const MIRROR = 'http://deb.debian.org/debian/'

/**
 * The first answer of `find` that is not undefined, with the options of apt that gave it: those of this machine, then those of newer suites.
 * Lists are fetched once a day; a suite that cannot be reached is passed over.
 */
export async function inNewerSuites(find, say) {
	const here = find([])
	if (here !== undefined) return { found: here, apt: [] }
	for (const suites of ROUNDS) {
		const apt = await listsOf(suites, say)
		const found = apt === undefined ? undefined : find(apt)
		if (found !== undefined) return { found, apt }
	}
	return undefined
}

/** Options of apt for these suites; undefined where none of them can be had now. */
async function listsOf(suites, say) {
	const day = new Date().toISOString().slice(0, 10)
	const make = (fresh) => {
		say(`asking ${suites.join(' and ')} of Debian for newer packages ...`)
		mkdirSync(join(fresh, 'lists/partial'), { recursive: true })
		writeFileSync(
			join(fresh, 'debian.sources'),
			[
				'Types: deb',
				`URIs: ${mirror()}`,
				`Suites: ${suites.join(' ')}`,
				'Components: main',
				...(existsSync(KEYRING) ? [`Signed-By: ${KEYRING}`] : []),
				'',
			].join('\n'),
		)
		// Fails when one of the suites cannot be had, and gets the others nevertheless.
		tried('apt-get', [...optionsOf(fresh), '-qq', 'update'], { timeout: 300_000 })
		const lists = readdirSync(join(fresh, 'lists'))
		if (!lists.some((name) => name.includes('_Packages'))) throw new Error(`${mirror()} does not answer`)
	}
	try {
		return optionsOf(await made(`lists-${suites.join('-')}`, day, make))
	} catch (error) {
		say(error.message)
		return undefined
	}
}

const optionsOf = (folder) =>
	[
		`Dir::Etc::sourcelist=${join(folder, 'debian.sources')}`,
		'Dir::Etc::sourceparts=-',
		`Dir::State::Lists=${join(folder, 'lists')}`,
		// The caches of this machine know other lists.
		'Dir::Cache::pkgcache=',
		'Dir::Cache::srcpkgcache=',
		'Acquire::Languages=none',
		'Acquire::Retries=0',
		'Acquire::http::Timeout=20',
		'APT::Architecture=amd64',
	].flatMap((option) => ['-o', option])

/** Where this machine gets Debian from. */
function mirror() {
	const { stdout } = tried('apt-get', ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)'])
	const uris = [...(stdout ?? '').matchAll(/^Debian (\S+)$/gm)].map(([, uri]) => uri)
	return uris.find((uri) => !uri.includes('security')) ?? MIRROR
}
