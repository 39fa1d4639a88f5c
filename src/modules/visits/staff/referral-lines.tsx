import { useState } from 'react';
import { LookupInput, newKey, shortName, useWords, type LookupOption } from '../../../ui/index.ts';
import type { ReferralValue } from '../contract.ts';
import { usualReferrals } from '../rules.ts';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import { entriesOf, focusOn } from './entries.ts';
import css from './visit.module.css';
import { words } from './words.ts';

interface Option extends LookupOption {
  referral: Pick<ReferralValue, 'category' | 'name'>;
}

/** Typed words find the usual ones; what is not among them stands first as it was typed. */
async function search(typed: string): Promise<readonly Option[]> {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  const found = usualReferrals.filter(({ name, also = '' }) => wanted.every((word) => `${name} ${also}`.toLowerCase().includes(word))).slice(0, 7);
  const own = /консульт|врач|осмотр/i.test(typed) ? ('consultation' as const) : ('laboratory' as const);
  return [
    ...found.map(({ name, category }) => ({ key: name, text: name, referral: { name, category } })),
    ...(found.some(({ name }) => name.toLowerCase() === typed.trim().toLowerCase()) ? [] : [{ key: 'own', text: `«${typed.trim()}»`, referral: { name: typed.trim(), category: own } }]),
  ];
}

/** Referrals and orders, prepared by the nurse or the doctor. */
export function ReferralLines({ desk, state, me }: { desk: DraftDesk; state: DeskState; me: string }) {
  const t = useWords(words);
  const [round, setRound] = useState(0);
  const entries = entriesOf<ReferralValue>(state, 'referral');
  const take = (referral: Option['referral']) => {
    desk.type(`referral:${newKey()}`, { kind: 'referral', ...referral });
    void desk.flush();
    setRound(round + 1);
    focusOn('referral-new');
  };
  return (
    <>
      <ul className={css.entries}>
        {entries.map(({ linkId, value, field }) => (
          <li key={linkId} className={css.entry} id={`answer-${linkId}`}>
            <div>
              {value.name}{' '}
              <label className={css.facts} style={{ display: 'inline-flex' }}>
                <input type="checkbox" checked={value.urgent ?? false} onChange={(event) => desk.type(linkId, { ...value, urgent: event.target.checked })} /> {t.urgent}
              </label>
              {field.author && field.author.reference !== me ? <small className={css.hint}> {t.prepared(shortName(field.author.name))}</small> : null}
            </div>
            <button type="button" className={css.drop} aria-label={t.remove(value.name)} onClick={() => desk.type(linkId, null)}>×</button>
          </li>
        ))}
      </ul>
      <LookupInput<Option> key={round} inline className={css.line} control={{ id: 'referral-new' }} label={t.referrals} search={search} value={undefined} onChange={(option) => option && take(option.referral)} placeholder={t.typeReferral} />
    </>
  );
}
