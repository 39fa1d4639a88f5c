import type { AllergyState } from '../../../ui/index.ts';
import type { Allergies } from '../contract.ts';

/** The server's three states as the mark shows them; reaction, danger, date and source stand behind the name. */
export function bannerAllergies(allergies: Allergies, danger: string): AllergyState {
  if (allergies.state === 'none') return { kind: 'none', ...(allergies.asked ? { asked: allergies.asked } : {}), ...(allergies.by ? { by: allergies.by } : {}) };
  if (allergies.state === 'unasked') return { kind: 'unasked' };
  return {
    kind: 'known',
    items: allergies.items.map(({ text, reaction, severe, since, by }) => ({ text: text.toLowerCase(), note: [reaction, severe ? danger : '', since?.slice(0, 4), by].filter(Boolean).join(', ') })),
  };
}
