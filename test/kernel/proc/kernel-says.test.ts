import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configValue, lockdownMode } from '../../../src/kernel/proc/kernel-config.ts'
import { knowsFileSystem, mountPoints } from '../../../src/kernel/proc/proc-mounts.ts'

test.each([
	['[none] integrity confidentiality\n', 'none'],
	['none [integrity] confidentiality\n', 'integrity'],
	['none integrity [confidentiality]', 'confidentiality'],
	['none integrity confidentiality', undefined],
	['', undefined],
	['[\x1b[2J]', undefined],
])('lockdown %j', (text, expected) => {
	expect(lockdownMode(text)).toBe(expected)
})

describe('configuration of a kernel', () => {
	const text =
		'#\n# Automatically generated\n#\nCONFIG_DEBUG_FS=y\n# CONFIG_DYNAMIC_DEBUG is not set\nCONFIG_NF_CONNTRACK=m\nCONFIG_HZ=250\n'
	test.each<[`CONFIG_${string}`, string | null]>([
		['CONFIG_DEBUG_FS', 'y'],
		['CONFIG_NF_CONNTRACK', 'm'],
		['CONFIG_HZ', '250'],
		['CONFIG_DYNAMIC_DEBUG', null],
		['CONFIG_DEBUG', null],
		['CONFIG_OF_ANOTHER_KERNEL', null],
	])('%s', (option, expected) => {
		expect(configValue(text, option)).toBe(expected)
	})

	test.each(['', 'nothing', '<html>CONFIG_HZ</html>'])('%j is none', (other) => {
		expect(configValue(other, 'CONFIG_HZ')).toBeUndefined()
	})
})

describe('mounts and file systems', () => {
	const text = [
		'proc /proc proc rw,nosuid 0 0',
		'debugfs /sys/kernel/debug debugfs rw 0 0',
		'debugfs /mnt/a\\040b\\134c debugfs rw 0 0',
		'evil debugfs ext4 rw 0 0',
		'none relative debugfs rw 0 0',
		'debugfs',
		'',
	].join('\n')
	test('places of one type', () => {
		expect(mountPoints(text, 'debugfs')).toEqual(['/sys/kernel/debug', '/mnt/a b\\c'])
	})

	test.each([
		['debugfs', true],
		['ext4', true],
		['nodev', false],
		['debug', false],
	])('the kernel knows %s: %s', (type, known) => {
		expect(knowsFileSystem('nodev\tdebugfs\nnodev\tproc\n\text4\n', type)).toBe(known)
	})

	test('whatever there is in the file, nothing throws', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (any) => {
				mountPoints(any, 'debugfs')
				knowsFileSystem(any, 'debugfs')
				lockdownMode(any)
				configValue(any, 'CONFIG_HZ')
			}),
		)
	})
})
