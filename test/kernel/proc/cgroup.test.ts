import { describe, expect, test } from 'vitest'
import { containerOf } from '../../../src/kernel/proc/cgroup.ts'

const ID = '3f4a9c1be2d07f66a1b2c3d4e5f60718293a4b5c6d7e8f901234567890abcdef'
const POD = '0a1b2c3d-1111-2222-3333-444455556666'

describe('the container of a process', () => {
	test.each([
		['docker, cgroup v2', `0::/system.slice/docker-${ID}.scope\n`, 'docker', null],
		['docker, cgroup v1', `12:cpu:/docker/${ID}\n11:memory:/docker/${ID}\n`, 'docker', null],
		['podman', `0::/machine.slice/libpod-${ID}.scope/container\n`, 'podman', null],
		[
			'kubernetes, containerd, systemd driver',
			`0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope\n`,
			'containerd',
			POD,
		],
		[
			'kubernetes, cri-o',
			`0::/kubepods.slice/kubepods-pod${POD.replaceAll('-', '_')}.slice/crio-${ID}.scope\n`,
			'cri-o',
			POD,
		],
		['kubernetes, cgroupfs driver', `0::/kubepods/besteffort/pod${POD}/${ID}\n`, 'container', POD],
		['containerd alone', `0::/default/${ID}\n`, 'container', null],
	] as const)('%s', (_name, text, engine, pod) => {
		expect(containerOf(text)).toEqual({ engine, id: ID.slice(0, 12), pod })
	})

	test('lxc by its name', () => {
		expect(containerOf('0::/lxc.payload.web/init.scope\n')).toMatchObject({ engine: 'lxc', id: 'web' })
	})

	test.each([
		'',
		'0::/\n',
		'0::/system.slice/nginx.service\n',
		'0::/user.slice/user-0.slice/session-1.scope',
		'garbage',
		'\u0000',
	])('a process of the host has none: %j', (text) => {
		expect(containerOf(text)).toBeUndefined()
	})
})
