import { isIPv4, isIPv6 } from 'node:net';

/** What of a client's address is kept, as the environment says. */
export type IpStorage = 'full' | 'truncated' | 'none';

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const IPV6_NETWORK_GROUPS = 3;
const IPV6_GROUPS = 8;

/**
 * The address as it may be kept: whole, its network alone (IPv4 /24, IPv6 /48, host bits zero), or not at all.
 * Empty for what is no address.
 */
export function storedIp(ip: string | undefined, storage: IpStorage): string {
  if (ip === undefined || storage === 'none') return '';
  // A zone is a matter of one machine (RFC 4007 §11); an IPv4 address in IPv6 clothing (RFC 4291 §2.5.5.2) is an IPv4 address.
  const bare = ip.replace(/%.*$/s, '');
  const address = IPV4_MAPPED.exec(bare)?.[1] ?? bare;
  if (isIPv4(address)) return storage === 'full' ? address : address.replace(/\d+$/, '0');
  if (isIPv6(address)) return storage === 'full' ? address : ipv6Network(address);
  return '';
}

function ipv6Network(address: string): string {
  const [head = '', tail] = address.split('::');
  const groupsOf = (text = '') => (text === '' ? [] : text.split(':'));
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array<string>(Math.max(0, IPV6_GROUPS - first.length - last.length)).fill('0');
  const network = [...first, ...zeros, ...last].slice(0, IPV6_NETWORK_GROUPS);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::`;
}
