import { usePerson } from '../../../ui/index.ts';
import { AdminDay } from './admin-day.tsx';
import { DoctorDay } from './doctor-day.tsx';
import { HeadDay } from './head-day.tsx';
import { NurseDay } from './nurse-day.tsx';

/** Where each role's work begins. */
export function Home() {
  const { role } = usePerson();
  if (role === 'nurse') return <NurseDay />;
  if (role === 'admin') return <AdminDay />;
  return role === 'head' ? <HeadDay /> : <DoctorDay />;
}
