import { expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';

test.for([
  ['debootstrap', 'failed'],
  ['add_security', 'failed'],
  ['slim_down', 'failed'],
  ['tar', 'failed'],
  ['nothing', 'made\nautodock-base:debian'],
] as const)(
  'a Debian of which %s failed does not get the name of an image',
  ([failing, outcome]) => {
    const { code, stdout } = runPieces(
      `debootstrap() { :; }; add_security() { :; }; slim_down() { :; }; tar() { :; }
     ${failing}() { return 1; }; named=$(mktemp)
     images() { case $1 in tag) echo "$3" >"$named" ;; esac; }; DOCKER=images
     if debootstrap_image; then echo made; else echo failed; fi; cat "$named"; rm "$named"`,
    );

    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: outcome });
  },
);

test('a Debian that cannot be made slim is said to be none', () => {
  const { stdout } = runPieces(
    `root=$(mktemp -d); mkdir -p "$root/etc/dpkg/dpkg.cfg.d" "$root/usr/sbin"
     slim_down "$root" 2>/dev/null || echo failed; rm -rf "$root"`,
  );

  expect(stdout).toBe('failed\n');
});

test.for([
  [
    'http://m/debian\nhttp://m/debian-security',
    'deb http://m/debian-security trixie-security main',
  ],
  ['http://m/debian\nhttps://m/debian-security', ''],
  ['http://m/debian', ''],
  ['', 'deb http://deb.debian.org/debian-security trixie-security main'],
] as const)(
  'the Debian that is made has security updates where the mirrors are %j',
  ([mirrors, source]) => {
    const { stdout } = runPieces(
      `root=$(mktemp -d); mkdir -p "$root/etc/apt/sources.list.d"; list=$root/etc/apt/sources.list.d/security.list
     apt-get() { echo "$MIRRORS"; }; chroot() { echo "$*"; }
     add_security "$root"; [ ! -e "$list" ] || cat "$list"; rm -rf "$root"`,
      { MIRRORS: mirrors },
    );

    const lines = stdout.trim().split('\n');
    expect(lines.pop()).toBe(source);
    expect(lines.filter((line) => line.includes('dist-upgrade'))).toHaveLength(
      source === '' ? 0 : 1,
    );
  },
);
