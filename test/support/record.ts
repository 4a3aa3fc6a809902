import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  readonly dependsOn: readonly string[];
  readonly provider: string;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** How many hooks run after an update of the resource. */
  readonly afterUpdate: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into any kind of object
  readonly inputs: Record<string, any>;
  /** What a component registered as its outputs; of another resource nothing. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProvider(): string;
  getProtect(): boolean;
  getIgnorechangesList(): string[];
  getHooks(): { getAfterUpdateList(): string[] } | undefined;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface RegisterResourceOutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface RegisterResourceResponse {
  getUrn(): string;
}
type Callback = (error: Error | null, response: RegisterResourceResponse | undefined) => void;

/** Mocks hide `parent`, `dependsOn` and outputs; this monitor keeps them, so that a test can check order. */
class Recorder extends MockMonitor {
  readonly seen: Omit<Recorded, "outputs">[] = [];
  readonly outputs = new Map<string, Recorded["outputs"]>();

  /** Hooks are named in what is registered; nothing runs them here. */
  registerResourceHook(_request: unknown, callback: (error: Error | null) => void): void {
    callback(null);
  }

  override async registerResource(request: RegisterResourceRequest, callback: Callback) {
    await super.registerResource(
      request,
      (error: Error | null, response?: RegisterResourceResponse) => {
        this.seen.push({
          type: request.getType(),
          name: request.getName(),
          urn: response?.getUrn() ?? "",
          parent: request.getParent(),
          dependsOn: request.getDependenciesList(),
          provider: request.getProvider(),
          protect: request.getProtect(),
          ignoreChanges: request.getIgnorechangesList(),
          afterUpdate: request.getHooks()?.getAfterUpdateList().length ?? 0,
          inputs: request.getObject()?.toJavaScript() ?? {},
        });
        callback(error, response);
      },
    );
  }
  override registerResourceOutputs(
    request: RegisterResourceOutputsRequest,
    callback: (error: Error | null, response: object) => void,
  ): void {
    this.outputs.set(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
    super.registerResourceOutputs(request, callback);
  }
}

/** Runs `build` against mocks and returns every resource that it registered. */
export async function record(build: () => void): Promise<Recorded[]> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({
      id: `${name}-id`,
      state: {
        ...inputs,
        metadata: { name: `${name}-1a2b3c4d`, uid: `${name}-uid`, ...inputs.metadata },
      },
    }),
    call: ({ inputs }) => inputs as Record<string, unknown>,
  };
  await pulumi.runtime.setMocks(mocks, "bookwyrm", "test");
  const recorder = new Recorder(mocks);
  pulumi.runtime.setMockOptions(recorder, "bookwyrm", "test");
  build();
  // Waits for all registrations; mocks take no shutdown signal.
  await pulumi.runtime.disconnect(false);
  return recorder.seen.map((resource) => ({
    ...resource,
    outputs: recorder.outputs.get(resource.urn) ?? {},
  }));
}
