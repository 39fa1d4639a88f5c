export { demoAccounts, demoPassword } from './accounts.ts';
export type { DemoAccount } from './accounts.ts';
export { demoNotes, demoRegion, demoTemplates } from './demo-region.ts';
export type { DemoWhen } from './demo-region.ts';
export { demoSubscriptions, districtParameter } from './exchange.ts';
export type { DemoNote } from './histories.ts';
export { arrivedAt } from './today.ts';
