import { openStore } from '../../src/store/sqlite/database.ts';
import { storeContract } from '../contracts/store/store.ts';
import { tidyContract } from '../contracts/store/tidy.ts';
import { tempFolder } from './temp-folder.ts';

storeContract('SQLite', async () => {
  const { folder, remove } = tempFolder();
  return {
    // Thousands of small commits, and no power cut to be feared.
    open: (redact = (text: string) => text) => openStore({ folder, redact, pragmas: ['synchronous = OFF'] }),
    drop: async () => remove(),
  };
});

tidyContract('SQLite', async (now) => {
  const { folder, remove } = tempFolder();
  const store = await openStore({
    folder,
    redact: (text) => text,
    pragmas: ['synchronous = OFF'],
    now,
  });
  return { store, drop: async () => remove() };
});
