import { SelectField, TextField, useWords } from '../../../ui/index.ts';
import type { AddressDraft } from './draft.ts';
import { words } from './words.ts';

/** An address as the form asks for it, with the kind of locality. */
export function AddressFields({ address, onChange }: { address: AddressDraft; onChange: (address: AddressDraft) => void }) {
  const t = useWords(words);
  const text = (label: string, field: keyof AddressDraft) => <TextField label={label} value={address[field]} onChange={(value) => onChange({ ...address, [field]: value })} />;
  return (
    <>
      <div data-w={5}>{text(t.region, 'region')}</div>
      <div data-w={4}>{text(t.area, 'district')}</div>
      <div data-w={3}>{text(t.postalCode, 'postalCode')}</div>
      <div data-w={4}>{text(t.city, 'city')}</div>
      <div data-w={5}>{text(t.line, 'line')}</div>
      <div data-w={3}>
        <SelectField label={t.locality} value={address.locality} options={[{ value: '', text: t.notSaid }, { value: 'urban', text: t.urban }, { value: 'rural', text: t.rural }]} onChange={(locality) => onChange({ ...address, locality })} />
      </div>
    </>
  );
}
