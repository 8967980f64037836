import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Allowed, isPublicAddress, isWithin } from './addresses.js';

/** The address is none to which requests go; the message says why, without the address that a name resolves to. */
export class OutgoingRefused extends Error {}

/** The host has no address, or nobody could say in time. */
export class Unresolved extends Error {}

/** Finds the addresses of a name. */
export type LookUp = (name: string) => Promise<string[]>;

/** Milliseconds for which several requests to a host share what was found. */
const shared = 1_000;
/** Hosts whose answers are shared at a time. */
const mostShared = 10_000;

/** Where requests may go. */
export class Destinations {
  private readonly found = new Map<string, { until: number; addresses: Promise<string[]> }>();

  /**
   * @param lookUp finds the addresses of a public name; names that are allowed are looked up as the system does, by its
   * list of hosts too
   */
  constructor(
    private readonly allowed: Allowed,
    private readonly lookUp: LookUp = byDns,
  ) {}

  /**
   * What can be told of a URL without asking anybody.
   * @throws OutgoingRefused
   */
  read(text: string): URL {
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) throw new OutgoingRefused('must be a URL that begins with https://');
    if (url.username !== '' || url.password !== '') throw new OutgoingRefused('must not hold user information');
    const host = hostOf(url);
    if (isIP(host) > 0) this.refuseUnlessReachable(url, [host]);
    else if (!this.isNamed(host)) this.refuseLocalName(url, host);
    return url;
  }

  /**
   * What can be told of a URL now. A name that does not resolve in so many milliseconds passes: it is checked at each
   * request.
   * @throws OutgoingRefused
   */
  async check(text: string, milliseconds: number): Promise<void> {
    const url = this.read(text);
    const late = delay(milliseconds, undefined, { ref: false });
    const found = await Promise.race([this.addressesOf(url).catch(refusalOnly), late]);
    if (!found && url.protocol !== 'https:' && !this.isNamed(hostOf(url)))
      throw new OutgoingRefused('must begin with https://');
  }

  /**
   * The addresses that a host has now, all of which are allowed: IPv4 first.
   * @throws OutgoingRefused, Unresolved
   */
  async addressesOf(url: URL): Promise<string[]> {
    const host = hostOf(url);
    if (isIP(host) > 0) return this.refuseUnlessReachable(url, [host]);
    const addresses = await this.resolved(host);
    if (addresses.length === 0) throw new Unresolved('the host has no address');
    return this.isNamed(host) ? addresses : this.refuseUnlessReachable(url, addresses);
  }

  private resolved(host: string): Promise<string[]> {
    const now = performance.now();
    const known = this.found.get(host);
    if (known && now < known.until) return known.addresses;
    if (this.found.size >= mostShared) this.found.clear();
    const addresses = this.isNamed(host) ? bySystem(host) : this.lookUp(host);
    addresses.catch(() => undefined);
    this.found.set(host, { until: now + shared, addresses });
    return addresses;
  }

  private isNamed(host: string): boolean {
    return this.allowed.hosts.has(host.replace(/\.$/, ''));
  }

  private refuseLocalName(url: URL, host: string): void {
    if (/(^|\.)localhost\.?$/.test(host)) throw new OutgoingRefused('names a host that is not public');
    // Only the addresses tell whether http is allowed there.
    if (url.protocol !== 'https:' && this.allowed.ranges.length === 0)
      throw new OutgoingRefused('must begin with https://');
  }

  /** Of several addresses each must be allowed: one of them would be enough to get inwards. */
  private refuseUnlessReachable(url: URL, addresses: string[]): string[] {
    const inner = addresses.filter((address) => !isWithin(address, this.allowed));
    if (inner.some((address) => !isPublicAddress(address)))
      throw new OutgoingRefused('leads to an address that is not public');
    if (url.protocol !== 'https:' && inner.length > 0) throw new OutgoingRefused('must begin with https://');
    return addresses;
  }
}

function refusalOnly(error: unknown): undefined {
  if (error instanceof OutgoingRefused) throw error;
}

/** The host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Asks the name servers. It occupies no thread of Node's pool, in which a dead name server would hold up files and others. */
async function byDns(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  throw new Unresolved('the name of the host cannot be resolved');
}

async function bySystem(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, order: 'ipv4first' }).catch(() => []);
  return found.map(({ address }) => address);
}
