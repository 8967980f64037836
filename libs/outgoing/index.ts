/*
 * Requests to addresses that strangers have chosen, which cannot be turned inwards: against loopback, the private network,
 * or the metadata service of a cloud. A host is resolved for each request, every address that it resolves to is checked,
 * and the connection goes to an address that was checked, so that no second look-up can say something else. Redirects are
 * not followed, proxies of the environment are not used, and what comes back is bounded in time and size.
 */
export { type Allowed, allowedIn, isPublicAddress } from './addresses.js';
export { Destinations, OutgoingRefused } from './destinations.js';
export { type OutgoingAnswer, OutgoingRequests } from './outgoing-requests.js';
