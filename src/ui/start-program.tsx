import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './queries.ts';
import './theme/styles.ts';
import { theme } from './theme/theme.ts';
import { applyDensity } from './theme/wishes.ts';
import { currentLanguage, setLanguage } from './words.ts';

/** Draws a program into the page: theme, density, language, reads. Nothing is written into style tags (see theme/mantine.css). */
export function startProgram(kind: 'staff' | 'portal', program: ReactNode): void {
  applyDensity(kind);
  setLanguage(currentLanguage(), false);
  const place = document.getElementById('karta');
  if (!place) throw new Error('the page has no place for the program');
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <QueryClientProvider client={makeQueryClient()}>{program}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
