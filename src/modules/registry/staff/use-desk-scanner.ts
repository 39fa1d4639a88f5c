import { useAct, useGo, useScanner, toast, useWords } from '../../../ui/index.ts';
import { findByText, handOver } from '../../patients/parts.tsx';
import { newCardPath, titlePagePath } from '../../patients/paths.ts';
import { fromBarcode, scannedPolicy } from '../../patients/parts.tsx';
import { words } from './words.ts';

/** A scan anywhere at the desk opens whom it names; a policy that nobody has here begins a new card. */
export function useDeskScanner(): void {
  const go = useGo();
  const t = useWords(words);
  const open = useAct(async ({ text, policy }: { text: string; policy: string | undefined }) => {
    const found = await findByText(policy ?? text);
    const numbered = found.filter(({ matched }) => matched.some((kind) => kind === 'enp' || kind === 'snils' || kind === 'card'));
    if (numbered.length === 1) go(titlePagePath(numbered[0]!.id));
    else if (policy && numbered.length === 0) {
      handOver({ policyKind: 'enp', policyNumber: policy }, true);
      go(newCardPath);
    } else toast(t.scanUnknown, { tone: 'danger' });
  }, { onRefused: (refusal) => toast(refusal.sentence, { tone: 'danger' }) });
  useScanner((text) => {
    const policy = scannedPolicy(text);
    const card = /^[\p{L}\d]{2}-\d{3,8}$/u.test(fromBarcode(text));
    if (!policy && !card) return false;
    open.run({ text, policy });
    return true;
  });
}
