import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type IpStorage, storedIp } from './stored-ip.ts';

describe('the address that is kept of a client', () => {
  it.each<[string, IpStorage, string]>([
    ['203.0.113.7', 'full', '203.0.113.7'],
    ['203.0.113.7', 'truncated', '203.0.113.0'],
    ['203.0.113.7', 'none', ''],
    ['2001:db8:1:2:3:4:5:6', 'full', '2001:db8:1:2:3:4:5:6'],
    ['2001:db8:1:2:3:4:5:6', 'truncated', '2001:db8:1::'],
    ['2001:db8:1:2:3:4:5:6', 'none', ''],
    ['2001:0DB8:0001::6', 'truncated', '2001:db8:1::'],
    ['2001:db8::1', 'truncated', '2001:db8:0::'],
    ['::1', 'truncated', '0:0:0::'],
    ['fe80::1%eth0', 'full', 'fe80::1'],
    ['::ffff:203.0.113.7', 'truncated', '203.0.113.0'],
    ['::FFFF:203.0.113.7', 'full', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', 'truncated', '64:ff9b:0::'],
    ['1::2:3:4:5:1.2.3.4', 'truncated', '1:0:2::'],
    ['unknown', 'full', ''],
    ['203.0.113.7, 10.0.0.1', 'full', ''],
    ['', 'truncated', ''],
  ])('of %s, when it is to be %s, is %j', (ip, storage, kept) => {
    expect(storedIp(ip, storage)).toBe(kept);
  });

  it('is nothing where there is none', () => {
    expect(storedIp(undefined, 'full')).toBe('');
  });

  it('is the same for all addresses of one network, and an address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(255), (ip, host) => {
        const neighbour = ip.replace(/\d+$/, String(host));
        expect(storedIp(ip, 'truncated')).toBe(storedIp(neighbour, 'truncated'));
        expect(isIP(storedIp(ip, 'truncated'))).toBe(4);
      }),
    );
    const group = fc.nat(0xffff).map((n) => n.toString(16));
    const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });
    fc.assert(
      fc.property(groups(3), groups(5), (network, host) => {
        const kept = storedIp([...network, ...host].join(':'), 'truncated');
        expect(kept).toBe(`${network.join(':')}::`);
        expect(isIP(kept)).toBe(6);
      }),
    );
  });

  it('holds no more than the network of any spelling', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const kept = storedIp(ip, 'truncated');
        expect(kept).toMatch(/^[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::$|^\d+\.\d+\.\d+\.0$/);
        expect(isIP(kept)).not.toBe(0);
      }),
    );
  });
});
