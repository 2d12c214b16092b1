import ipaddr from 'ipaddr.js';

/** What of a client's address is kept, as the environment says. */
export type IpStorage = 'full' | 'truncated' | 'none';

const IPV6_NETWORK_GROUPS = 3;

/**
 * The address as it may be kept: whole, its network alone (IPv4 /24, IPv6 /48, host bits zero), or not at all.
 * Empty for what is no address.
 */
export function storedIp(ip: string | undefined, storage: IpStorage): string {
  // A zone is a matter of one machine (RFC 4007 §11).
  const bare = ip?.replace(/%.*$/s, '') ?? '';
  if (storage === 'none') return '';
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return storage === 'full' ? bare : ipv4Network(bare);
  if (!ipaddr.IPv6.isValid(bare)) return '';
  const address = ipaddr.IPv6.parse(bare);
  // An IPv4 address in IPv6 clothing (RFC 4291 §2.5.5.2) is an IPv4 address.
  if (address.isIPv4MappedAddress()) return storedIp(address.toIPv4Address().toString(), storage);
  if (storage === 'full') return bare;
  const network = address.parts.slice(0, IPV6_NETWORK_GROUPS).map((group) => group.toString(16));
  return `${network.join(':')}::`;
}

function ipv4Network(address: string): string {
  return address.replace(/\d+$/, '0');
}
