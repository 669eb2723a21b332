// Labelled controls.

import { useId } from "preact/hooks";

export function SelectField<T extends string | number>(props: {
  label: string;
  value: T;
  options: readonly T[];
  text?: (option: T) => string;
  onChange: (value: T) => void;
}) {
  const id = useId();
  const { label, value, options, text = String, onChange } = props;
  const all = options.includes(value) ? options : [...options, value].sort((a, b) => Number(a) - Number(b));
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={String(value)}
        onChange={({ currentTarget }) => {
          const chosen = all[currentTarget.selectedIndex];
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {all.map((option) => (
          <option key={option} value={String(option)}>
            {text(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

export function RangeField(props: {
  label: string;
  value: number;
  least: number;
  most: number;
  step: number;
  text?: (value: number) => string;
  onChange: (value: number) => void;
}) {
  const id = useId();
  const { label, value, least, most, step, text = String, onChange } = props;
  return (
    <div class="field">
      <label for={id}>
        {label} <output>{text(value)}</output>
      </label>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={text(value)}
        onChange={({ currentTarget }) => onChange(Number(Number(currentTarget.value).toFixed(4)))}
      />
    </div>
  );
}
