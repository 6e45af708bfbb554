import { describe, expect, test } from '@jest/globals';
import { TaskwireError } from '../../shared/errors.ts';
import type { Addresses } from '../../shared/ports/addresses.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the addresses promises. */
export const describeAddressesContract = (make: MakeSubject<Addresses>): void => {
  describe('addresses', () => {
    test(
      'tells subnets with the blocks of both families and leaves unknown ones out',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId, subnetId } = arrange(world);
        const dual = world.network.addSubnet({ vpcId, cidr: '10.0.8.0/24', ipv6Cidr: '2600:1f00:0:1::/64' });
        expect(await run(port.subnets([subnetId, 'subnet-0ffffffffffffffff', dual.id]))).toEqual([
          { subnetId, vpcId, cidrs: ['10.0.0.0/23'] },
          { subnetId: dual.id, vpcId, cidrs: ['10.0.8.0/24', '2600:1f00:0:1::/64'] },
        ]);
        expect(await run(port.subnetsOfVpc(vpcId))).toHaveLength(2);
        expect(await run(port.subnetsOfVpc('vpc-0ffffffffffffffff'))).toEqual([]);
      }),
    );

    test(
      'tells who holds an address in any VPC, by which attachment and since when',
      withSubject(make, async ({ world, port, run }) => {
        const town = arrange(world);
        const [task] = town.run();
        await world.clock.advance(A_WHILE_MS);
        const twin = world.network.addVpc({ id: 'vpc-0b' });
        const subnet = world.network.addSubnet({ vpcId: twin.id, cidr: '10.0.0.0/24' });
        const stranger = world.network.addInterface({ subnetId: subnet.id, address: '10.0.0.4', description: 'proxy' });
        const holders = await run(port.holders(['10.0.0.4', '10.0.0.99']));
        expect(holders).toHaveLength(2);
        expect(holders).toEqual(
          expect.arrayContaining([
            {
              address: '10.0.0.4',
              vpcId: town.vpcId,
              interfaceId: task?.attachment?.interface?.id,
              attachmentId: task?.attachment?.id,
              attachedAtMs: task?.attachment?.interface?.attachedAtMs,
            },
            {
              address: '10.0.0.4',
              vpcId: 'vpc-0b',
              interfaceId: stranger.id,
              attachedAtMs: stranger.attachedAtMs,
            },
          ]),
        );
      }),
    );

    test(
      'mixes both families and asks for 200 addresses per call',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const v6 = world.network.addSubnet({ vpcId, ipv6Cidr: '2600:1f00:0:1::/64' });
        world.network.addInterface({ subnetId: v6.id });
        const v4 = Array.from({ length: 201 }, (_, n) => `10.0.1.${n}`);
        const holders = await run(port.holders([...v4, '2600:1f00:0:1::10']));
        expect(holders).toMatchObject([{ address: '2600:1f00:0:1::10', vpcId }]);
        expect(world.calls.counts()).toEqual({ 'ec2:DescribeNetworkInterfaces': 3 });
      }),
    );

    test(
      'a call that fails fails the whole',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        world.faults.add({ action: 'ec2:DescribeNetworkInterfaces', failure: 'broken' });
        await expect(run(port.holders(['10.0.0.4']))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      "tells an instance's Beanstalk environment and an environment's instances",
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const add = (environment?: string) =>
          world.network.addInstance({
            subnetId,
            tags: environment === undefined ? {} : { 'elasticbeanstalk:environment-name': environment },
          }).id;
        const [first, second, third, plain] = [add('shop'), add('shop'), add('shop-2'), add()];
        const environments = await run(port.environments([first, third, plain, 'i-0ffffffffffffffff']));
        expect([...environments].sort()).toEqual(
          [
            [first, 'shop'],
            [third, 'shop-2'],
          ].sort(),
        );
        expect([...(await run(port.instancesOfEnvironment('shop')))].sort()).toEqual([first, second].sort());
      }),
    );
  });
};
