// The tables of a study in a database: those of Optuna (schema v3.2.0.a, Optuna 3.2 to 5), so that its tools open them.

export type Dialect = "sqlite" | "postgresql";

/** What Optuna's migrations call this schema. */
export const schemaVersion = "v3.2.0.a";

interface Table {
  readonly name: string;
  readonly key: string;
  readonly columns: readonly string[];
}

/** `enum(name)` and `datetime`, `float` are spelled by the dialect. */
const tables: readonly Table[] = [
  { name: "studies", key: "study_id", columns: ["study_name VARCHAR(512) NOT NULL"] },
  {
    name: "study_directions",
    key: "study_direction_id",
    columns: [
      "direction enum(studydirection) NOT NULL",
      "study_id INTEGER NOT NULL REFERENCES studies (study_id)",
      "objective INTEGER NOT NULL",
      "UNIQUE (study_id, objective)",
    ],
  },
  ...["user", "system"].map((kind) => ({
    name: `study_${kind}_attributes`,
    key: `study_${kind}_attribute_id`,
    columns: [
      "study_id INTEGER REFERENCES studies (study_id)",
      '"key" VARCHAR(512)',
      "value_json TEXT",
      'UNIQUE (study_id, "key")',
    ],
  })),
  {
    name: "trials",
    key: "trial_id",
    columns: [
      "number INTEGER",
      "study_id INTEGER REFERENCES studies (study_id)",
      "state enum(trialstate) NOT NULL",
      "datetime_start datetime",
      "datetime_complete datetime",
    ],
  },
  ...["user", "system"].map((kind) => ({
    name: `trial_${kind}_attributes`,
    key: `trial_${kind}_attribute_id`,
    columns: [
      "trial_id INTEGER REFERENCES trials (trial_id)",
      '"key" VARCHAR(512)',
      "value_json TEXT",
      'UNIQUE (trial_id, "key")',
    ],
  })),
  {
    name: "trial_params",
    key: "param_id",
    columns: [
      "trial_id INTEGER REFERENCES trials (trial_id)",
      "param_name VARCHAR(512)",
      "param_value float",
      "distribution_json TEXT",
      "UNIQUE (trial_id, param_name)",
    ],
  },
  {
    name: "trial_values",
    key: "trial_value_id",
    columns: [
      "trial_id INTEGER NOT NULL REFERENCES trials (trial_id)",
      "objective INTEGER NOT NULL",
      "value float",
      "value_type enum(trialvaluetype) NOT NULL",
      "UNIQUE (trial_id, objective)",
    ],
  },
  {
    name: "trial_intermediate_values",
    key: "trial_intermediate_value_id",
    columns: [
      "trial_id INTEGER NOT NULL REFERENCES trials (trial_id)",
      "step INTEGER NOT NULL",
      "intermediate_value float",
      "intermediate_value_type enum(trialintermediatevaluetype) NOT NULL",
      "UNIQUE (trial_id, step)",
    ],
  },
  {
    name: "trial_heartbeats",
    key: "trial_heartbeat_id",
    columns: [
      "trial_id INTEGER NOT NULL REFERENCES trials (trial_id)",
      "heartbeat datetime NOT NULL",
      "UNIQUE (trial_id)",
    ],
  },
];

const enums: Readonly<Record<string, readonly string[]>> = {
  studydirection: ["NOT_SET", "MINIMIZE", "MAXIMIZE"],
  trialstate: ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"],
  trialvaluetype: ["FINITE", "INF_POS", "INF_NEG"],
  trialintermediatevaluetype: ["FINITE", "INF_POS", "INF_NEG", "NAN"],
};

/** The statements that make an empty database one for studies. */
export function schemaStatements(dialect: Dialect): string[] {
  const postgresql = dialect === "postgresql";
  const types = Object.entries(enums).map(([name, values]) => {
    return `CREATE TYPE ${name} AS ENUM (${values.map((value) => `'${value}'`).join(", ")})`;
  });
  const spell = (column: string) =>
    column
      .replace(/enum\((\w+)\)/, postgresql ? "$1" : "VARCHAR(8)")
      .replace(/ datetime/, postgresql ? " TIMESTAMP WITHOUT TIME ZONE" : " DATETIME")
      .replace(/ float/, postgresql ? " FLOAT(53)" : " FLOAT");
  return [
    ...(postgresql ? types : []),
    ...tables.map(({ name, key, columns }) => {
      const lines = [`${key} ${postgresql ? "SERIAL" : "INTEGER"} NOT NULL PRIMARY KEY`, ...columns.map(spell)];
      return `CREATE TABLE ${name} (${lines.join(", ")})`;
    }),
    "CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)",
    "CREATE INDEX ix_trials_study_id ON trials (study_id)",
    "CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1), " +
      "schema_version INTEGER, library_version VARCHAR(256))",
    "INSERT INTO version_info VALUES (1, 12, 'feedforward')",
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
    `INSERT INTO alembic_version VALUES ('${schemaVersion}')`,
  ];
}
