import { CodeDeployClient, CreateApplicationCommand, CreateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import {
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  StartTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateApplicationCommand as CreateBeanstalkApplicationCommand,
  CreateEnvironmentCommand,
  ElasticBeanstalkClient,
} from '@aws-sdk/client-elastic-beanstalk';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Account, accessRequestsOf, isAllowed, type Statement } from '../support/authorization.ts';
import { textsByName } from '../support/free-form.ts';
import { loadEvent } from '../support/load-event.ts';
import { packagedTemplate, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { addContainerInstance } from './container-instance.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { proveRole } from './role-proof.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const BEANSTALK = 'awseb-shop-a1b2c3';
const BUCKET = 'reports';
const PORT = 8080;
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' }],
});

// As permissions.test.ts. moto 5.2.5 knows no options of Beanstalk's environments, no service revisions and no deployment
// groups by name: the front of this test answers those.
describeWithPython('the role of audit', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: () => ({}) };
  const answers: unknown[] = [];

  const audit = async (event: object): Promise<void> => {
    await moto.requirePermissions(true);
    try {
      answers.push(
        await instance.invoke(event).catch((error: unknown) => {
          throw new Error(`${proxy.refused.join('\n')}\n${String(error).slice(-2_000)}`);
        }),
      );
    } finally {
      await moto.requirePermissions(false);
    }
  };

  /** A role with a policy of each kind: its own, the account's, AWS's. */
  const createTaskRole = async (): Promise<string> => {
    const iam = new IAMClient(motoSettings(moto.endpoint));
    const RoleName = 'task';
    const trust = { Version: '2012-10-17', Statement: [] };
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: POLICY }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'traces', PolicyDocument: POLICY }));
    for (const PolicyArn of [present(Policy?.Arn), 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess']) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    }
    iam.destroy();
    return present(Role?.Arn);
  };

  /** A service on Fargate behind a load balancer, with a task and an address that no task explains. */
  const createService = async (): Promise<void> => {
    await world.createService('checkout', PORT);
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'checkout',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: await createTaskRole(),
        containerDefinitions: [
          { name: 'app', image: 'checkout', cpu: 256, memory: 512, portMappings: [{ containerPort: PORT }] },
        ],
      }),
    );
    await world.ecs.send(
      new UpdateServiceCommand({ cluster: CLUSTER, service: 'checkout', taskDefinition: 'checkout' }),
    );
    const group = await world.createTargetGroup('checkout', { 'taskwire:service': `${CLUSTER}/checkout` });
    const { LoadBalancers } = await world.elb.send(
      new CreateLoadBalancerCommand({ Name: 'front', Subnets: [world.subnetId], Type: 'application' }),
    );
    await world.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: present(LoadBalancers?.[0]?.LoadBalancerArn),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
    await world.runTasks('checkout', 1);
    await world.register(group, { Id: '10.99.0.9', Port: PORT });
    proxy.amend('DescribeServices', (text) => {
      const answer = JSON.parse(text);
      const revision = { arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service-revision/${CLUSTER}/checkout/1` };
      const services = answer.services.map((service: object) => ({ ...service, currentServiceRevisions: [revision] }));
      return JSON.stringify({ ...answer, services });
    });
    proxy.answer('DescribeServiceRevisions', () => ({ serviceRevisions: [], failures: [] }));
  };

  /** An environment that a group is wired to, with a task on its instance; and tasks on instances of the other cluster. */
  const createEnvironment = async (): Promise<void> => {
    await world.ecs.send(new CreateClusterCommand({ clusterName: BEANSTALK }));
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'shop',
        networkMode: 'bridge',
        containerDefinitions: [
          { name: 'app', image: 'shop', memory: 128, portMappings: [{ containerPort: PORT, hostPort: 80 }] },
        ],
      }),
    );
    for (const [cluster, tags] of [
      [BEANSTALK, { 'elasticbeanstalk:environment-name': 'shop' }],
      [CLUSTER, {}],
    ] as const) {
      const { containerInstanceArn } = await addContainerInstance(world, cluster, tags);
      await world.ecs.send(
        new StartTaskCommand({ cluster, taskDefinition: 'shop', containerInstances: [containerInstanceArn] }),
      );
    }
    await world.elb.send(
      new CreateTargetGroupCommand({
        Name: 'shop',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: world.vpcId,
        TargetType: 'instance',
        Tags: [{ Key: 'taskwire:beanstalk', Value: 'shop' }],
      }),
    );
    const beanstalk = new ElasticBeanstalkClient(motoSettings(moto.endpoint));
    await beanstalk.send(new CreateBeanstalkApplicationCommand({ ApplicationName: 'shop' }));
    await beanstalk.send(
      new CreateEnvironmentCommand({
        ApplicationName: 'shop',
        EnvironmentName: 'shop',
        SolutionStackName: '64bit Amazon Linux 2023 v4.1.2 running ECS',
      }),
    );
    beanstalk.destroy();
    // moto gives environments no id.
    proxy.amend('DescribeEnvironments', (text) =>
      text.replace(/<EnvironmentId\s*(?:\/>|><\/EnvironmentId>)/, '<EnvironmentId>e-a1b2c3</EnvironmentId>'),
    );
    proxy.answer(
      'DescribeConfigurationSettings',
      () =>
        '<DescribeConfigurationSettingsResponse xmlns="http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/"><DescribeConfigurationSettingsResult><ConfigurationSettings><member><EnvironmentName>shop</EnvironmentName><OptionSettings/></member></ConfigurationSettings></DescribeConfigurationSettingsResult></DescribeConfigurationSettingsResponse>',
    );
  };

  const createDeploymentGroup = async (): Promise<void> => {
    const codeDeploy = new CodeDeployClient(motoSettings(moto.endpoint));
    await codeDeploy.send(new CreateApplicationCommand({ applicationName: 'blue-green', computePlatform: 'ECS' }));
    await codeDeploy.send(
      new CreateDeploymentGroupCommand({
        applicationName: 'blue-green',
        deploymentGroupName: 'checkout',
        serviceRoleArn: `arn:aws:iam::${ACCOUNT}:role/copy`,
      }),
    );
    codeDeploy.destroy();
    proxy.answer('BatchGetDeploymentGroups', () => ({ deploymentGroupsInfo: [] }));
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER, reportBucket: BUCKET });
    statements = statementsOf(template, 'AuditRole', account);
    process.env.MOTO_IAM_LOAD_MANAGED_POLICIES = 'true';
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    world = await createMotoWorld(moto, CLUSTER);
    const s3 = new S3Client({ ...motoSettings(moto.endpoint), forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    s3.destroy();
    const variables = textsByName(template.Resources, 'AuditLambdaFunction', 'Properties', 'Environment', 'Variables');
    instance = await startFunction('audit', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...variables,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
    });
    await createService();
    await createEnvironment();
    await createDeploymentGroup();
    await audit(loadEvent('scheduled/sweep'));
    await audit({ iam: true });
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about, and nothing is unseen', () => {
    expect(answers).toMatchObject([
      { function: 'audit', unseen: [], report: { html: expect.stringMatching(/^audit\//) } },
      { function: 'audit', unseen: [] },
    ]);
  });

  proveRole(
    () => ({
      statements,
      requests: proxy.calls.flatMap((call) => accessRequestsOf(call, account)),
      // The first audit of all finds no other.
      refused: proxy.refused.filter((refused) => !refused.includes('NoSuchKey')),
    }),
    {
      // By Lambda, where an audit failed.
      notCalled: new Set(['ParkWhatFailed sqs:SendMessage']),
      // Beside those of the cluster that is given stand those of Beanstalk's clusters, which run no services. And which
      // instances belong to a cluster is asked only where not all of its tasks could be listed.
      untouched: (resource, sid) =>
        /:(?:service|service-revision)\/awseb-/.test(resource) ||
        (sid === 'ListContainerInstances' && resource.endsWith(`:cluster/${CLUSTER}`)),
    },
  );

  test('it refuses other clusters, other folders of the bucket, and every change', () => {
    const allows = (action: string, resource: string) => isAllowed(statements, { action, resource, context: {} });
    const task = (cluster: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${cluster}/1`;
    expect(allows('ecs:DescribeTasks', task(CLUSTER))).toBe(true);
    expect(allows('ecs:DescribeTasks', task('staging'))).toBe(false);
    expect(allows('s3:PutObject', `arn:aws:s3:::${BUCKET}/audit/latest.html`)).toBe(true);
    expect(allows('s3:PutObject', `arn:aws:s3:::${BUCKET}/invoices/1.pdf`)).toBe(false);
    expect(allows('s3:GetObject', `arn:aws:s3:::${BUCKET}/invoices/1.pdf`)).toBe(false);
    expect(allows('s3:DeleteObject', `arn:aws:s3:::${BUCKET}/audit/latest.html`)).toBe(false);
    expect(allows('ecs:UpdateService', '*')).toBe(false);
  });
});
