import type { SubscriptionParts } from '../../events/index.ts';

/** What the module stands on: everything at the door, and the addresses that Karta may call. */
export type ExchangeParts = SubscriptionParts;
