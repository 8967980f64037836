import { useMemo, useState } from 'preact/hooks';
import { Api } from './api.js';
import { Dashboard } from './dashboard.js';
import { Gate } from './gate.js';

/** Where the key is kept: for this tab, until it is closed. */
const kept = 'afterword.key';

/** Asks for a key, then shows what it opens. */
export function App() {
  const [key, setKey] = useState(() => sessionStorage.getItem(kept));
  const [complaint, setComplaint] = useState<string | null>(null);
  const api = useMemo(() => key && new Api(key), [key]);
  const enter = (entered: string) => {
    sessionStorage.setItem(kept, entered);
    setComplaint(null);
    setKey(entered);
  };
  const forget = (why: string | null) => {
    sessionStorage.removeItem(kept);
    setComplaint(why);
    setKey(null);
  };
  return api ? <Dashboard api={api} forget={forget} /> : <Gate complaint={complaint} enter={enter} />;
}
