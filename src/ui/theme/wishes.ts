import { useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { keep, readKept } from '../keep.ts';

export type Density = 'usual' | 'roomy' | 'patient';

/** Sets the density of the whole program before anything is drawn; the portal has its own. */
export function applyDensity(program: 'staff' | 'portal'): void {
  const density: Density = program === 'portal' ? 'patient' : readKept('density') === 'roomy' ? 'roomy' : 'usual';
  document.documentElement.dataset['density'] = density;
}

/** The person's wishes for this browser: theme and size of the text. */
export function useWishes() {
  // Without this Mantine writes a style tag at each change, which the content security policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const [density, setState] = useState<Density>(readKept('density') === 'roomy' ? 'roomy' : 'usual');
  return {
    theme: colorScheme,
    setTheme: setColorScheme,
    density,
    setDensity: (next: Density) => {
      keep('density', next);
      setState(next);
      applyDensity('staff');
    },
  };
}
