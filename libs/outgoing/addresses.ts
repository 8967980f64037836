import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;

/** Azure's metadata service and resolver: an address like any other, but reached from within only. */
const metadata = ['168.63.129.16'];

const globalUnicast = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
/** RFC 6052. The other prefix of NAT64, 64:ff9b:1::/48 (RFC 8215), is for private networks. */
const nat64 = ipaddr.parseCIDR('64:ff9b::/96') as [ipaddr.IPv6, number];

/**
 * Whether everybody on the internet reaches the same host at this address. An IPv6 address that stands for an IPv4 address
 * (mapped, NAT64, 6to4) is as public as that; of other IPv6 addresses only those in 2000::/3 without a special purpose are.
 */
export function isPublicAddress(text: string): boolean {
  return isPublic(ipaddr.parse(text));
}

function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast' && !metadata.includes(address.toString());
  const inner = embeddedIn(address);
  if (inner) return isPublic(inner);
  return address.match(globalUnicast) && address.range() === 'unicast';
}

function embeddedIn(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  if (address.isIPv4MappedAddress() || address.match(nat64)) return new ipaddr.IPv4(bytes.slice(12));
  return address.range() === '6to4' ? new ipaddr.IPv4(bytes.slice(2, 6)) : undefined;
}

/** What whoever runs the server lets requests go to although it is not public. */
export interface Allowed {
  /** In lower case. */
  hosts: ReadonlySet<string>;
  ranges: readonly [Address, number][];
}

const hostForm = /^(?!.*\.\.)[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/;

/** Reads hosts, addresses and CIDR ranges, separated by commas; null where one of them is none of these. */
export function allowedIn(text: string): Allowed | null {
  const hosts = new Set<string>();
  const ranges: [Address, number][] = [];
  for (const one of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (one === '') continue;
    const bare = one.replace(/^\[(.*)\]$/, '$1');
    if (ipaddr.isValidCIDR(one)) ranges.push(ipaddr.parseCIDR(one));
    else if (ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)) ranges.push(wholly(bare));
    else if (hostForm.test(one) && !/^[\d.]+$/.test(one)) hosts.add(one);
    else return null;
  }
  return { hosts, ranges };
}

function wholly(text: string): [Address, number] {
  const address = ipaddr.parse(text);
  return [address, address.toByteArray().length * 8];
}

/** Whether one of the ranges holds the address, in whichever of its forms. */
export function isWithin(text: string, { ranges }: Allowed): boolean {
  const address = ipaddr.process(text);
  return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}
