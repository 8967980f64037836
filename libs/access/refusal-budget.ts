/** Port: counts the requests whose credential was refused, by the address that they came from. Optional. */
export interface RefusalBudget {
  /** @throws TooManyRequests instead of the 401, once `address` has used up its budget. */
  refused(address: string): Promise<void>;
}
export const RefusalBudget = Symbol('RefusalBudget');
