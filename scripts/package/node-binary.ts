// The binary of Node for an architecture: from node_modules, else from npm, checked against the lockfile.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ARCHES, type Arch, locked, root } from './inputs.ts'
import { filesInTar } from './tar.ts'

export type NodeBinary = { readonly version: string; readonly bytes: Buffer; readonly license: Buffer }

/** Packages that npm does not install here, because they are for another processor. */
const CACHE = join(root, 'node_modules/.cache/ctscope/node')

export const nodePackage = (arch: Arch) => `node-linux-${ARCHES[arch].npm}`

/** Throws when it is neither here nor can be had. */
export function nodeBinary(arch: Arch): NodeBinary {
	const name = nodePackage(arch)
	const { version, integrity = '' } = locked(`node_modules/${name}`)
	return installed(name, version) ?? fromArchive(archiveOf(name, version, integrity), version)
}

/** npm has checked it when it was installed. */
function installed(name: string, version: string): NodeBinary | undefined {
	const folder = join(root, 'node_modules', name)
	if (!existsSync(join(folder, 'bin/node'))) return undefined
	const here: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
	if ((here as { version?: unknown }).version !== version) return undefined
	return {
		version,
		bytes: readFileSync(join(folder, 'bin/node')),
		license: readFileSync(join(folder, 'LICENSE')),
	}
}

function archiveOf(name: string, version: string, integrity: string): Buffer {
	const path = join(CACHE, `${name}-${version}.tgz`)
	if (!existsSync(path)) {
		mkdirSync(CACHE, { recursive: true })
		const fresh = `${path}.${process.pid}`
		mkdirSync(fresh, { recursive: true })
		const args = ['pack', `${name}@${version}`, '--pack-destination', fresh, '--silent', '--ignore-scripts']
		const { status, stderr, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
		if (status !== 0)
			throw new Error(
				`npm could not fetch ${name}@${version}: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`,
			)
		renameSync(join(fresh, `${name}-${version}.tgz`), path)
	}
	const bytes = readFileSync(path)
	const [algorithm = '', expected] = integrity.split('-', 2)
	if (algorithm !== 'sha512' || createHash(algorithm).update(bytes).digest('base64') !== expected)
		throw new Error(`${path} is not what package-lock.json names: remove it and try again`)
	return bytes
}

function fromArchive(archive: Buffer, version: string): NodeBinary {
	const files = filesInTar(gunzipSync(archive), (path) => /^package\/(?:bin\/node|LICENSE)$/.test(path))
	const bytes = files.get('package/bin/node')
	const license = files.get('package/LICENSE')
	if (bytes === undefined || license === undefined) throw new Error('the package of Node has no Node in it')
	return { version, bytes, license }
}
