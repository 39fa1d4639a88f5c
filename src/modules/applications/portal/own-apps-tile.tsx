import { Part, useRead, useWords } from '../../../ui/index.ts';
import type { AllowedApp } from '../contract.ts';
import { ownAppsApi } from '../paths.ts';
import { OwnApps } from '../staff/own-apps.tsx';
import { words } from '../words.ts';

/** On the patient's own card: the apps that she has let in. Nobody let in, nothing shown. */
export function OwnAppsTile() {
  const t = useWords(words);
  const { data } = useRead<readonly AllowedApp[]>(ownAppsApi);
  if (!data || data.length === 0) return null;
  return (
    <Part title={t.own}>
      <OwnApps />
    </Part>
  );
}
