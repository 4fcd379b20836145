import { describe, expect, test } from 'vitest'
import { type Mount, parseMountInfo } from '../../../src/kernel/proc/proc-mounts.ts'

describe('/proc/PID/mountinfo', () => {
	test.each<[string, string, Partial<Mount> | undefined]>([
		[
			'with an optional field',
			'36 35 0:7 / /sys/kernel/debug rw,nosuid shared:9 - debugfs debugfs rw',
			{ id: 36, parent: 35, point: '/sys/kernel/debug', type: 'debugfs', source: 'debugfs' },
		],
		['with none', '36 35 0:7 / /d rw - debugfs none rw', { point: '/d', source: 'none' }],
		['with two', '36 35 8:1 / /d rw shared:1 master:2 - ext4 /dev/sda1 rw', { type: 'ext4' }],
		['blanks in names', '36 35 0:7 / /a\\040b rw - debugfs x\\134y rw', { point: '/a b', source: 'x\\y' }],
		['cut', '36 35 0:7 / /d rw -', undefined],
		['no number', 'x 35 0:7 / /d rw - debugfs none rw', undefined],
		['no path', '36 35 0:7 / d rw - debugfs none rw', undefined],
		['rubbish', '\u001b[2J', undefined],
		['nothing', '', undefined],
	])('%s', (_, line, expected) => {
		const found = parseMountInfo(`${line}\n`)
		if (expected === undefined) expect(found).toEqual([])
		else expect(found).toEqual([expect.objectContaining(expected)])
	})
})
