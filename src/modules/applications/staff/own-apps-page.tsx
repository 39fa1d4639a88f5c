import { PageBody, PageHead, useWords } from '../../../ui/index.ts';
import { words } from '../words.ts';
import { OwnApps } from './own-apps.tsx';

export function OwnAppsPage() {
  const t = useWords(words);
  return (
    <PageBody kind="reading">
      <PageHead title={t.own} note={t.ownNote} />
      <OwnApps />
    </PageBody>
  );
}
