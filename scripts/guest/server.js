// The disk of a guest as a server is found: a Debian with systemd, manual and completions, and without Node, npm and ctscope.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf, made } from './cache.js'
import { debianTree } from './debian.js'
import { ext4Image } from './image.js'

const here = import.meta.dirname
/** What the package depends on and recommends, since a guest has no network to get it from, and what its manual and completion are seen with. */
const PACKAGES = ['conntrack', 'nftables', 'tcpdump', 'libstdc++6', 'man-db', 'bash-completion']

/** Path of the image of a suite. Made anew when the recipe has changed. */
export async function serverImage(suite, say) {
	const recipe = ['server.js', 'debian.js', 'image.js'].map((file) => readFileSync(join(here, file)))
	const folder = await made(`server-${suite}`, hashOf(suite, ...recipe), (fresh) => {
		say(
			`installing a Debian (${suite}) as a server has it for the guests (debootstrap, one to two minutes) ...`,
		)
		const tree = join(fresh, 'tree')
		debianTree(tree, { suite, packages: PACKAGES, unwanted: ['usr/share/doc'] })
		ext4Image(tree, join(fresh, 'server.img'))
		rmSync(tree, { recursive: true })
	})
	return join(folder, 'server.img')
}
