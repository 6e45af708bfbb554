/** A definition on Fargate whose collector is the X-Ray daemon; nothing of high severity is wrong with it. */
export const TASK_DEFINITION = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '512',
  memory: '1024',
  taskRoleArn: 'arn:aws:iam::111122223333:role/web',
  executionRoleArn: 'arn:aws:iam::111122223333:role/ecs',
  containerDefinitions: [
    {
      name: 'app',
      image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:7',
      essential: true,
      portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
      environment: [{ name: 'STAGE', value: 'production' }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/token' }],
      dependsOn: [{ containerName: 'xray', condition: 'START' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'web' } },
    },
    {
      name: 'xray',
      image: 'public.ecr.aws/xray/aws-xray-daemon:3.3.13',
      essential: false,
      cpu: 32,
      memoryReservation: 256,
      portMappings: [{ containerPort: 2000, protocol: 'udp' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'web' } },
    },
  ],
} as const;

export const DESCRIBED = {
  taskDefinition: {
    ...TASK_DEFINITION,
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7',
    revision: 7,
    status: 'ACTIVE',
    compatibilities: ['EC2', 'FARGATE'],
  },
  tags: [],
} as const;

export const DOCKERRUN = {
  AWSEBDockerrunVersion: 2,
  containerDefinitions: [
    { name: 'app', image: 'web:7', essential: true, memory: 256, links: ['xray'] },
    {
      name: 'xray',
      image: 'amazon/aws-xray-daemon:3.3.13',
      essential: false,
      memoryReservation: 64,
      portMappings: [{ hostPort: 2000, containerPort: 2000, protocol: 'udp' }],
    },
  ],
} as const;

export const TEMPLATE_YAML = `AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Tag: { Type: String, Default: latest }
Conditions:
  Traced: !Equals [!Ref Tag, latest]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: !Sub web-\${AWS::StackName}
      NetworkMode: awsvpc
      RequiresCompatibilities:
        - FARGATE
      Cpu: 512
      Memory: !Ref Memory
      TaskRoleArn: !GetAtt Role.Arn
      ExecutionRoleArn: !If [Traced, !GetAtt Execution.Arn, !Ref AWS::NoValue]
      ContainerDefinitions:
        - Name: app
          Image: !Sub '\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.amazonaws.com/web:\${Tag}'
          Environment:
            - Name: STAGE
              Value: !Ref Stage
          PortMappings:
            - ContainerPort: '8080'
          Essential: 'true'
        - Name: !Join ['-', [x, ray]]
          Image:
            Fn::Join: ['/', [!Ref Mirror, aws-xray-daemon]]
          Essential: no
          PortMappings:
            - ContainerPort: 2000
              Protocol: udp
        - !If [Traced, { Name: other, Image: other:1 }, !Ref AWS::NoValue]
`;

export const COMPOSE_YAML = `version: '3'
x-logging: &logging
  driver: awslogs
services:
  web:
    image: web:\${TAG:-latest}
    command: serve --name "a b" 'c d' e\\ f
    ports:
      - "80:8080"
      - "127.0.0.1::9000"
      - "3000-3001:4000-4001/udp"
      - target: 5000
        published: 6000
        protocol: udp
    environment:
      AWS_XRAY_DAEMON_ADDRESS: xray:2000
      STAGE: $STAGE
    links: [xray]
    logging: *logging
    mem_limit: 512m
  xray:
    image: amazon/aws-xray-daemon:3.3.13
    environment:
      - PRICE=5$$
      - FROM_SHELL
    ports: ["2000/udp"]
    logging:
      <<: *logging
`;

export const ECS_PARAMS_YAML = `version: 1
task_definition:
  task_role_arn: arn:aws:iam::111122223333:role/web
  ecs_network_mode: bridge
  services:
    xray:
      essential: false
      mem_reservation: 64m
    web:
      depends_on:
        - container_name: xray
          condition: START
`;
