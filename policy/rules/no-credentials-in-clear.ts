import { credentialIn, credentialUnder, namesCredential } from "../credentials.ts";
import { everyObjectOf } from "../objects.ts";
import { type Container, containersOf, pathIn, podsOf, readContainer, readPod } from "../pods.ts";
import { itemsOf, read, textOf, type Value } from "../read.ts";
import type { Finding, ResourceRule } from "../rule.ts";

/** A text of the resource; `name` is what it is the value of, where that is known. */
interface Text {
  readonly path: string;
  readonly name: string | undefined;
  readonly value: string;
}

/**
 * The engine shows a policy the value of a Pulumi secret without its mark, so what is judged is what
 * the cluster shows to everyone who may read the object, wherever the value came from. Whether a
 * setting is encrypted in the stack's file is judged by the program (components/configuration.ts).
 */
export const noCredentialsInClear: ResourceRule = {
  name: "no-credentials-in-clear",
  description: "No environment variable, argument, ConfigMap or annotation holds a credential.",
  severity: "critical",
  why: "who may list pods or ConfigMaps may read it, and so may every log and every backup that holds them.",
  failures: [],
  examples: {
    good: `env:
  - name: POSTGRES_PASSWORD
    valueFrom:
      secretKeyRef: { name: environment, key: POSTGRES_PASSWORD }`,
    bad: `env:
  - name: POSTGRES_PASSWORD
    value: <the password itself>`,
  },
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: { type: "string" },
        description:
          "Names of variables, ConfigMap keys and annotations that hold no credential though they look like it, for example SORT_TOKEN",
      },
    },
  },
  judge: (resource, { allowed = [] }) => {
    const names = allowed as readonly string[];
    const texts = [
      ...everyObjectOf(resource).flatMap((object) => [
        ...ANNOTATED.flatMap((path) =>
          annotationsOf(
            object.read(...path, "metadata", "annotations"),
            object.at([...path, "metadata.annotations"].join(".")),
          ),
        ),
        ...(object.kind === "ConfigMap"
          ? [
              ...entriesOf(object.read("data"), object.at("data")),
              ...entriesOf(object.read("binaryData"), object.at("binaryData")).map(decoded),
            ]
          : []),
      ]),
      ...podsOf(resource).flatMap((pod) => [
        // A Pod's own annotations are those of the object.
        ...(pod.kind === "Pod"
          ? []
          : annotationsOf(
              readPod(pod, "metadata", "annotations"),
              pathIn(pod, "metadata.annotations"),
            )),
        ...containersOf(pod).flatMap(textsOf),
      ]),
    ];
    return texts
      .filter(({ name }) => name === undefined || !names.includes(name))
      .flatMap(({ path, name, value }): Finding[] => {
        const problem = name === undefined ? credentialIn(value) : credentialUnder(name, value);
        if (problem === undefined) return [];
        return [{ path, problem, fix: "put it in a Secret, and refer to that" }];
      });
  },
};

/** The object itself, and what a CronJob makes its Jobs from. */
const ANNOTATED = [[], ["spec", "jobTemplate"]] as const;

const HANDLERS = [
  ["startupProbe"],
  ["readinessProbe"],
  ["livenessProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
] as const;

function textsOf(container: Container): Text[] {
  const field = (...path: readonly string[]): readonly [Value, string] => [
    readContainer(container, ...path),
    [container.path, ...path].join("."),
  ];
  return [
    ...namedValues(...field("env")),
    ...words(...field("command")),
    ...words(...field("args")),
    ...HANDLERS.flatMap((handler) => [
      ...words(...field(...handler, "exec", "command")),
      ...namedValues(...field(...handler, "httpGet", "httpHeaders")),
    ]),
  ];
}

/** A list of `{ name, value }`. */
const namedValues = (list: Value, path: string): Text[] =>
  itemsOf(list).flatMap((item, index) => {
    const name = textOf(item("name"));
    const value = textOf(item("value"));
    return value === undefined
      ? []
      : [{ path: `${path}[${name ?? index.toString()}].value`, name, value }];
  });

/** A command line, where the word before may be the option that a word is the value of. */
function words(list: Value, path: string): Text[] {
  const texts = itemsOf(list).map((word) => textOf(word()));
  return texts.flatMap((value, index) => {
    const before = texts[index - 1] ?? "";
    const isValue =
      /^--?[A-Za-z][\w-]*$/.test(before) && namesCredential(before) && !value?.startsWith("-");
    return value === undefined
      ? []
      : [{ path: `${path}[${index.toString()}]`, name: isValue ? before : undefined, value }];
  });
}

/** The values of a map from name to text. */
function entriesOf(map: Value, path: string): Text[] {
  if (map.state !== "known" || typeof map.value !== "object" || map.value === null) return [];
  return Object.entries(map.value).flatMap(([name, value]) => {
    const text = textOf(read(value));
    return text === undefined ? [] : [{ path: `${path}["${name}"]`, name, value: text }];
  });
}

const decoded = (text: Text): Text => ({
  ...text,
  value: Buffer.from(text.value, "base64").toString(),
});

/** Annotations with a credential's name, and what stands in them in its place: a name, a path, a sum. */
const REFERENCES: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [
    /^(?:nginx\.ingress\.kubernetes\.io|nginx\.org|haproxy\.org|haproxy-ingress\.github\.io|vault\.hashicorp\.com)\/[a-z-]+-(?:secret|key)$/,
    /^(?:[a-z0-9.-]+\/)?[a-z0-9.-]+$/,
  ],
  [/^vault\.hashicorp\.com\/agent-inject-secret-/, /^[\w.-]+(?:\/[\w.-]+)+$/],
  [/^checksum\//, /^(?:[a-z0-9]+[:-])?[0-9a-f]{8,128}$/],
];

/** Leaves out what refers to a credential, unless the value itself has the form of one. */
const annotationsOf = (map: Value, path: string): Text[] =>
  entriesOf(map, path).filter(
    ({ name = "", value }) =>
      !REFERENCES.some(([names, values]) => names.test(name) && values.test(value)) ||
      credentialIn(value) !== undefined,
  );
