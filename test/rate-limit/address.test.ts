import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../src/graphql/rate-limit/address.ts';

const socket = '192.0.2.1';

describe('without proxies, a request counts', () => {
  it('for the address of its socket, whatever its headers say', () => {
    expect(clientAddress(socket, undefined, 0)).toBe(socket);
    expect(clientAddress(socket, '198.51.100.7', 0)).toBe(socket);
  });

  it('for one and the same where there is no address', () => {
    expect(clientAddress(undefined, undefined, 0)).toBe('unknown');
  });
});

describe('behind proxies, a request counts for', () => {
  it.each([
    ['what one proxy added', '198.51.100.7', 1, '198.51.100.7'],
    ['what one proxy added, after what the caller wrote', '203.0.113.9, 198.51.100.7', 1, '198.51.100.7'],
    ['what the first of two added', '203.0.113.9, 198.51.100.7, 10.0.0.2', 2, '198.51.100.7'],
    ['the leftmost, where it came past a proxy', '198.51.100.7', 3, '198.51.100.7'],
    ['the socket’s, where there is none', undefined, 1, socket],
    ['the socket’s, where the place is empty', '203.0.113.9, ', 1, socket],
    ['the socket’s, where the place holds no address', '203.0.113.9, unknown', 1, socket],
    ['an address with a port', '198.51.100.7:4711', 1, '198.51.100.7'],
    ['an IPv6 address with a port', '[2001:db8::1]:4711', 1, '2001:db8:0:0::/64'],
    ['an IPv6 address in brackets', '[2001:db8::1]', 1, '2001:db8:0:0::/64'],
  ])('%s', (_what, header, proxies, expected) => {
    expect(clientAddress(socket, header, proxies)).toBe(expected);
  });
});

describe('an IPv6 address counts', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8:1::2', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('%s by its /64', (address, expected) => {
    expect(clientAddress(address, undefined, 0)).toBe(expected);
  });

  it.each(['::ffff:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1'])(
    '%s as the IPv4 address that it stands for',
    (address) => {
      expect(clientAddress(address, undefined, 0)).toBe('192.0.2.1');
    },
  );
});
