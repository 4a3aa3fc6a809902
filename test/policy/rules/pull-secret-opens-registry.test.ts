import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pullSecretOpensRegistry } from "../../../policy/rules/pull-secret-opens-registry.ts";
import { problems, UNKNOWN } from "../../support/policy.ts";

const HOST = "harbor.example.org";
const USER = "robot$uostas+pull";
const PASSWORD = "hunter2:with a colon";
const CONFIG = { hosts: [HOST, "127.0.0.1:5443"] };

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const login = (username = USER, password = PASSWORD): object => ({
  username,
  password,
  auth: base64(`${username}:${password}`),
});
const config = (auths: unknown): string => JSON.stringify({ auths });

const TYPE = "kubernetes.io/dockerconfigjson";
const PATH = 'stringData[".dockerconfigjson"]';
const AUTH = `${PATH}.auths["${HOST}"].auth`;

const judgeSecret = (secret: object, type = "core/v1:Secret", settings: object = CONFIG) =>
  problems(pullSecretOpensRegistry, type, { type: TYPE, ...secret }, { ...settings });
const judgeText = (text: unknown): string[] =>
  judgeSecret({ stringData: { ".dockerconfigjson": text } });
const judge = (entry: unknown, host = HOST): string[] => judgeText(config({ [host]: entry }));

test("passes a whole login, with and without what repeats it", () => {
  assert.deepEqual(judge(login()), []);
  assert.deepEqual(judge(login(), "127.0.0.1:5443"), []);
  assert.deepEqual(judge({ auth: base64("keeper:hunter2") }), []);
  assert.deepEqual(judge({ username: USER, password: PASSWORD }), []);
  for (const password of ["a", "ab", "abc", "abcd"]) {
    assert.deepEqual(judge({ auth: base64(`keeper:${password}`).replace(/=+$/, "") }), []);
  }
});

test("reads the form that is base64 as a whole, and prefers the other one", () => {
  const right = config({ [HOST]: login() });
  const wrong = config({ [HOST]: {} });
  const inData = (text: string): object => ({ data: { ".dockerconfigjson": text } });
  assert.deepEqual(judgeSecret(inData(base64(right))), []);
  assert.deepEqual(judgeSecret(inData(base64(right).replaceAll(/.{64}/g, "$&\n"))), []);
  assert.deepEqual(judgeSecret(inData(base64(wrong))), [
    `data[".dockerconfigjson"].auths["${HOST}"].username is not set`,
  ]);
  assert.deepEqual(
    judgeSecret({ ...inData(base64(wrong)), stringData: { ".dockerconfigjson": right } }),
    [],
  );
  assert.deepEqual(judgeSecret(inData("no base64")), ['data[".dockerconfigjson"] is not base64']);
  assert.deepEqual(judgeSecret({ data: { ".dockerconfigjson": 1 } }), [
    'data[".dockerconfigjson"] is not base64',
  ]);
});

test("fails what is no configuration", () => {
  assert.deepEqual(judgeSecret({}), ['data[".dockerconfigjson"] is not set']);
  for (const text of ["", "{", "[]", "1", '"text"', "null", 1]) {
    assert.deepEqual(judgeText(text), [`${PATH} is not a JSON object`]);
  }
  for (const auths of [undefined, {}, [], null, "text"]) {
    assert.deepEqual(judgeText(config(auths)), [`${PATH} has no registry under auths`]);
  }
});

test("passes every form of a key that the kubelet finds the registry in", () => {
  for (const key of [`https://${HOST}`, `${HOST}/v2/`, `http://${HOST}/v1/uostas`, `${HOST}/a/b`]) {
    assert.deepEqual(judge(login(), key), [], key);
  }
  const hosts = ["docker.io"];
  const text = config({ "https://index.docker.io/v1/": login() });
  const secret = { stringData: { ".dockerconfigjson": text } };
  assert.deepEqual(judgeSecret(secret, "core/v1:Secret", { hosts }), []);
});

test("fails a key that the kubelet finds for no image", () => {
  for (const key of [
    `https://${HOST}/v2`,
    `${HOST}/v1`,
    `${HOST}//uostas`,
    `${HOST}/Uostas`,
    `ftp://${HOST}`,
    `HTTPS://${HOST}`,
    `${HOST}:https`,
    ` ${HOST}`,
    "",
    `-${HOST}`,
    `${HOST}-`,
  ]) {
    assert.deepEqual(judge(login(), key), [
      `${PATH}.auths has the key "${key}", which names no registry`,
    ]);
  }
});

test("shows no password that stands in a key", () => {
  const key = `https://robot$uostas+pull:hunter2@x@${HOST}`;
  const found = judge(login(), key);
  assert.deepEqual(found, [`${PATH}.auths has the key "***@${HOST}", which names no registry`]);
});

test("fails a host that the stack does not allow; where it names none, every host is allowed", () => {
  const hosts = [`${HOST}.evil.io`, `${HOST}:443`, "[fd00::1]:5000", "h", "*.example.org"];
  for (const host of hosts) {
    assert.deepEqual(judge(login(), host), [
      `${PATH}.auths has the key "${host}", which is none of the allowed hosts`,
    ]);
    const secret = { stringData: { ".dockerconfigjson": config({ [host]: login() }) } };
    assert.deepEqual(judgeSecret(secret, "core/v1:Secret", {}), []);
  }
});

test("fails half a login", () => {
  const path = `${PATH}.auths["${HOST}"]`;
  for (const entry of [{}, null, "text", { username: "", password: "hunter2" }]) {
    assert.deepEqual(judge(entry), [`${path}.username is not set`]);
  }
  assert.deepEqual(judge({ username: USER }), [`${path}.password is not set`]);
  assert.deepEqual(judge({ username: USER, password: 1 }), [`${path}.password is not set`]);
  for (const auth of ["keeper:hunter2", base64("keeper"), base64("keeper:"), base64(":hunter2")]) {
    assert.deepEqual(judge({ auth }), [`${path}.auth is not base64 of <user>:<password>`]);
  }
});

test("fails auth that says something else than what stands beside it", () => {
  assert.deepEqual(judge({ ...login(), username: "keeper" }), [
    `${AUTH} is for the user "${USER}", and username is "keeper"`,
  ]);
  assert.deepEqual(judge({ ...login(), password: "hunter3" }), [
    `${AUTH} holds another password than the field password`,
  ]);
  assert.deepEqual(judge({ ...login(), auth: base64(`${USER}:${PASSWORD}\n`) }), [
    `${AUTH} holds another password than the field password`,
  ]);
});

test("fails a password that echo has put a line feed behind", () => {
  const found = "holds a password with a line feed at its end";
  assert.deepEqual(judge({ auth: base64(`${USER}:${PASSWORD}\n`) }), [`${AUTH} ${found}`]);
  assert.deepEqual(judge(login(USER, `${PASSWORD}\n`)), [`${AUTH} ${found}`]);
  assert.deepEqual(judge({ username: USER, password: `${PASSWORD}\n` }), [
    `${PATH}.auths["${HOST}"].password ${found}`,
  ]);
});

test("fails a robot whose $ a shell has taken", () => {
  for (const user of ["robot+pull", "robot", "robot4711uostas+pull"]) {
    assert.deepEqual(judge(login(user)), [
      `${AUTH} is for the user "${user}", a robot account without "robot$"`,
    ]);
  }
  assert.deepEqual(judge({ username: "robot+pull", password: PASSWORD }), [
    `${PATH}.auths["${HOST}"].username is for the user "robot+pull", a robot account without "robot$"`,
  ]);
  assert.deepEqual(judge(login("my-robot+pull")), []);
});

test("a registry may give its robots another prefix", () => {
  const judgeUser = (user: string, robotPrefix = "bot~"): string[] =>
    judgeSecret(
      { stringData: { ".dockerconfigjson": config({ [HOST]: login(user) }) } },
      "core/v1:Secret",
      { robotPrefix },
    );
  assert.deepEqual(judgeUser("bot~uostas+pull"), []);
  assert.deepEqual(judgeUser("robot+pull"), []);
  assert.deepEqual(judgeUser("bot+pull"), [
    `${AUTH} is for the user "bot+pull", a robot account without "bot~"`,
  ]);
  assert.deepEqual(judgeUser("bot+pull", "~"), []);
});

test("reports every registry, in the order of their names", () => {
  assert.deepEqual(judgeText(config({ "b/": login(), [HOST]: {}, "a/": login() })), [
    `${PATH}.auths has the key "a/", which is none of the allowed hosts`,
    `${PATH}.auths has the key "b/", which is none of the allowed hosts`,
    `${PATH}.auths["${HOST}"].username is not set`,
  ]);
});

test("leaves what is not known, and what is no pull secret", () => {
  assert.deepEqual(judgeText(UNKNOWN), []);
  assert.deepEqual(judgeSecret({ stringData: UNKNOWN }), []);
  assert.deepEqual(judgeSecret({ data: UNKNOWN }), []);
  assert.deepEqual(judgeSecret({ data: { ".dockerconfigjson": UNKNOWN } }), []);
  assert.deepEqual(judgeSecret({ type: UNKNOWN }), []);
  assert.deepEqual(judgeSecret({ type: "Opaque" }), []);
  assert.deepEqual(judgeSecret({}, "core/v1:ConfigMap"), []);
});

test("judges a Patch by what it sets, and each item of a List", () => {
  assert.deepEqual(judgeSecret({}, "core/v1:SecretPatch"), []);
  assert.deepEqual(
    judgeSecret({ stringData: { ".dockerconfigjson": "" } }, "core/v1:SecretPatch"),
    [`${PATH} is not a JSON object`],
  );
  const items = [{ type: TYPE, stringData: { ".dockerconfigjson": "" } }];
  assert.deepEqual(judgeSecret({ items }, "core/v1:SecretList"), [
    `items[0].${PATH} is not a JSON object`,
  ]);
});

test("never says what a password is", () => {
  const text = fc.string({ minLength: 5 }).map((password) => `Zq${password}`);
  fc.assert(
    fc.property(text, text, (password, other) => {
      for (const entry of [
        login("robot+pull", password),
        { ...login(USER, password), password: other },
        { username: "keeper", auth: base64(`${USER}:${password}`), password: other },
        { auth: `${password}${other}` },
      ]) {
        const found = judge(entry).join("\n");
        for (const secret of [password, other, base64(`${USER}:${password}`)]) {
          assert.ok(!found.includes(secret));
        }
      }
    }),
  );
});
