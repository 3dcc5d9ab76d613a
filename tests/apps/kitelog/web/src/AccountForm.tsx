import { useState, type FormEvent } from 'react';

type Props = {
  fields: string[];
  label: string;
  onSend: (form: object) => Promise<void>;
};

export function AccountForm({ fields, label, onSend }: Props) {
  const [problem, setProblem] = useState('');

  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget));
    onSend(form).catch((error: Error) => setProblem(error.message));
  };

  return (
    <form onSubmit={send}>
      {problem && <p role="alert">{problem}</p>}
      {fields.map((field) => (
        <label key={field}>
          {field} <input name={field} type={field === 'name' ? 'text' : field} required />
        </label>
      ))}
      <button>{label}</button>
    </form>
  );
}
