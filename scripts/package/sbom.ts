// What is inside, for scanners: CycloneDX 1.6 JSON, from the lockfile.
import { createHash } from 'node:crypto'
import { type Locked, locked, lockfile } from './inputs.ts'

const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

const purl = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`

function component(place: string) {
	const { version, integrity, license } = locked(place)
	const name = nameOf(place)
	const isNode = name.startsWith('node-linux-')
	return {
		type: isNode ? 'application' : 'library',
		'bom-ref': place,
		name,
		version,
		purl: purl(name, version),
		// Its package is a wrapper that no list of vulnerabilities knows; this is the name of what is in it.
		...(isNode ? { cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*` } : {}),
		...(license === undefined ? {} : { licenses: [{ expression: license }] }),
		...(integrity === undefined ? {} : { hashes: hashesOf(integrity) }),
	}
}

function hashesOf(integrity: string) {
	const [algorithm = '', sum = ''] = integrity.split('-', 2)
	return [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(sum, 'base64').toString('hex') }]
}

/** Where a package finds another one: the nearest node_modules above it. */
function resolved(place: string, name: string): string | undefined {
	for (let at = place; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
		const found = `${at}/node_modules/${name}`
		if (found in lockfile.packages) return found
		if (!at.includes('/node_modules/')) break
	}
	const top = `node_modules/${name}`
	return top in lockfile.packages ? top : undefined
}

const dependsOn = (place: string, { dependencies = {} }: Locked, inside: ReadonlySet<string>) =>
	Object.keys(dependencies)
		.flatMap((name) => resolved(place, name) ?? [])
		.filter((found) => inside.has(found))
		.toSorted()

/** `packages`: places of what is in the bundle; Node comes beside them. */
export function sbom(packages: readonly string[], nodes: readonly string[], epoch: number): string {
	const places = [...packages, ...nodes.map((name) => `node_modules/${name}`)].toSorted()
	const inside = new Set(places)
	const components = places.map(component)
	const content = JSON.stringify(components)
	const id = createHash('sha256').update(`${lockfile.version} ${epoch} ${content}`).digest('hex')
	const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`
	const own = purl('ctscope', lockfile.version)
	const document = {
		$schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
		bomFormat: 'CycloneDX',
		specVersion: '1.6',
		serialNumber: `urn:uuid:${uuid}`,
		version: 1,
		metadata: {
			timestamp: new Date(epoch * 1000).toISOString(),
			component: {
				type: 'application',
				'bom-ref': own,
				name: 'ctscope',
				version: lockfile.version,
				purl: own,
				licenses: [{ expression: 'MIT' }],
			},
		},
		components,
		dependencies: [
			{
				ref: own,
				dependsOn: dependsOn('', locked(''), inside)
					.concat(nodes.map((name) => `node_modules/${name}`))
					.toSorted(),
			},
			...places.map((place) => ({ ref: place, dependsOn: dependsOn(place, locked(place), inside) })),
		],
	}
	return `${JSON.stringify(document, null, 2)}\n`
}
