// npm run package: all packages into out/, with their checksums (CONTRIBUTING.md, "Packages").
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { VERSION } from '../../src/commands/common/version.ts'
import { type Bundle, makeBundle } from './bundle.ts'
import type { Effort } from './compress.ts'
import { deb, debName } from './deb.ts'
import { ARCHES, type Arch, root, sourceEpoch } from './inputs.ts'
import { licences } from './licences.ts'
import { type NodeBinary, nodeBinary, nodePackage } from './node-binary.ts'
import { npmPackage } from './npm.ts'
import { oneFile } from './one-file.ts'
import { hasRpmbuild, rpm } from './rpm.ts'
import { sbom } from './sbom.ts'
import { systemFiles } from './system-files.ts'
import { makeTree } from './tree.ts'

const ALL = Object.keys(ARCHES) as Arch[]

type Asked = { readonly arches: readonly Arch[]; readonly out: string; readonly effort: Effort }

function asked(): Asked {
	const { values } = parseArgs({
		options: {
			arch: { type: 'string', multiple: true },
			out: { type: 'string', default: join(root, 'out') },
			// For tests: the same packages, packed quickly, and no .rpm.
			fast: { type: 'boolean', default: false },
		},
	})
	const arches = ALL.filter((arch) => values.arch === undefined || values.arch.includes(arch))
	if (arches.length !== (values.arch?.length ?? ALL.length))
		throw new Error(`--arch is one of ${ALL.join(', ')}`)
	return { arches, out: resolve(values.out), effort: values.fast ? 'fast' : 'best' }
}

const say = (text: string) => console.log(text)

/** Where the Node of an architecture cannot be had, the packages of the others are made all the same. */
function nodeOf(arch: Arch): NodeBinary | undefined {
	try {
		return nodeBinary(arch)
	} catch (error) {
		say(`nothing for ${arch}: ${error instanceof Error ? error.message : error}`)
		return undefined
	}
}

type Product = readonly [name: string, bytes: Buffer]

async function ofArch(
	arch: Arch,
	node: NodeBinary,
	bundle: Bundle,
	{ effort }: Asked,
	epoch: number,
): Promise<Product[]> {
	const tree = makeTree(bundle, node, VERSION)
	const texts = licences(bundle.packages, node)
	const made = { version: VERSION, arch, id: tree.id, epoch }
	const products: Product[] = await Promise.all([
		deb(made, await systemFiles(tree, texts, 'deb'), effort).then(
			(bytes): Product => [debName(VERSION, arch), bytes],
		),
		oneFile(made, tree, texts, effort).then((bytes): Product => [`ctscope-${VERSION}-linux-${arch}`, bytes]),
	])
	if (effort === 'best' && hasRpmbuild())
		products.push([
			`ctscope-${VERSION}-1.${ARCHES[arch].machine}.rpm`,
			rpm(made, await systemFiles(tree, texts, 'rpm')),
		])
	return products
}

const isProgram = (name: string) => /-linux-[^.]+$/.test(name)

/** All of it, or what was there before: a build that fails half way leaves nothing new. */
function write(out: string, products: readonly Product[]): void {
	const fresh = `${out}.new-${process.pid}`
	mkdirSync(fresh, { recursive: true })
	for (const [name, bytes] of products)
		writeFileSync(join(fresh, name), bytes, { mode: isProgram(name) ? 0o755 : 0o644 })
	mkdirSync(out, { recursive: true })
	for (const name of readdirSync(out)) if (/^ctscope[-_]|^SHA256SUMS$/.test(name)) rmSync(join(out, name))
	for (const name of readdirSync(fresh)) renameSync(join(fresh, name), join(out, name))
	rmSync(fresh, { recursive: true })
}

const size = (bytes: number) =>
	(bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`).padStart(9)

async function main(): Promise<void> {
	const given = asked()
	const epoch = sourceEpoch()
	const bundle = await makeBundle()
	const products: Product[] = []
	const nodes: string[] = []
	for (const arch of given.arches) {
		const node = nodeOf(arch)
		if (node === undefined) continue
		nodes.push(nodePackage(arch))
		products.push(...(await ofArch(arch, node, bundle, given, epoch)))
	}
	if (nodes.length === 0) throw new Error('there is no Node to pack')
	products.push(
		[`ctscope-${VERSION}.tgz`, await npmPackage(bundle, licences(bundle.packages), epoch)],
		[`ctscope-${VERSION}.cdx.json`, Buffer.from(sbom(bundle.packages, nodes, epoch))],
	)
	products.sort(([a], [b]) => (a < b ? -1 : 1))
	const sums = products.map(
		([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
	)
	write(given.out, [...products, ['SHA256SUMS', Buffer.from(sums.join(''))]])
	for (const [name, bytes] of products) say(`${size(bytes.length)}  ${join(given.out, name)}`)
	if (given.effort === 'best' && !hasRpmbuild()) say('no .rpm was made: rpmbuild is not installed here')
}

try {
	await main()
} catch (error) {
	console.error(`package: ${error instanceof Error ? error.message : error}`)
	process.exitCode = 1
}
