import type { KnownBlock, ModalView, PlainTextOption, SectionBlock, View } from '@slack/types';
import { z } from 'zod';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import type { Target } from '../../core/model/target.ts';
import { backupInWords, type RestoreForm } from '../../core/restore/form.ts';
import { type RestoreWay, WAYS } from '../../core/restore/order.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { marked } from '../kit/blocks.ts';

export const RESTORE_FORM = 'circleci-backup:restore';
export const RESTORE_TARGET = 'circleci-backup:restore-target';
export const RESTORE_WAY = 'circleci-backup:restore-way';
export const RESTORE_BACKUP = 'circleci-backup:restore-backup';
export const RESTORE_SUBNET = 'circleci-backup:restore-subnet';

/** Block ids of the form's fields. */
export const FIELD = {
  target: 'target',
  way: 'way',
  backup: 'backup',
  type: 'type',
  subnet: 'subnet',
  groups: 'groups',
  options: 'options',
  host: 'host',
  reason: 'reason',
} as const;

/** Values of the checkboxes. */
export const OPTION = {
  keepIp: 'keep-ip',
  cutOver: 'cut-over',
  nomad: 'nomad',
  startApp: 'start-app',
} as const;

/** What Slack takes in one select (facts: slack.md). */
const OPTIONS_MAX = 100;

/** What the form remembers of itself, for its own events. */
export const restoreMetadata = z.object({
  channelId: z.string(),
  target: z.string().exactOptional(),
  subnetId: z.string().exactOptional(),
  vpcId: z.string().exactOptional(),
  way: z.enum(WAYS),
});

const WAY_TEXTS: Record<RestoreWay, { title: string; about: string }> = {
  replace: {
    title: 'A new machine that takes over',
    about: 'The old one is stopped at the cut-over, not before',
  },
  'in-place': {
    title: 'In place: another root volume',
    about: 'The machine and its addresses stay; it restarts',
  },
  test: { title: 'A test in isolation', about: 'A machine that nobody’s traffic reaches' },
};

/** Opened at once; what it asks for takes a moment to look up. */
export function restoreLoading(channelId: string): View {
  return {
    ...frame({ channelId, way: 'replace' }),
    blocks: [text('One moment, looking for backups in EC2 …')],
  };
}

/** The form of a restore. Nothing happens when it is sent but that a plan is made, for others to approve. */
export function restoreView(form: RestoreForm, channelId: string): View {
  const { target, targets, way, trouble, subnetId, vpcId } = form;
  const metadata: z.infer<typeof restoreMetadata> = {
    channelId,
    way,
    ...(target === undefined ? {} : { target: target.name }),
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(vpcId === undefined ? {} : { vpcId }),
  };
  const head = [
    ...(trouble === undefined ? [] : [text(`:warning: ${escapeMrkdwn(trouble)}`)]),
    ...(targets.length > 1 ? targetMenu(targets, target) : []),
    ...(targets.length > 1 || target === undefined
      ? []
      : [text(`*${escapeMrkdwn(target.name)}* (${escapeMrkdwn(target.region)})`)]),
  ];
  // Slack takes no fields without a button that sends them.
  if (target === undefined || !form.hasBackups)
    return { ...frame(metadata), blocks: head.length > 0 ? head : [text('There is no target.')] };
  return {
    ...frame(metadata),
    submit: { type: 'plain_text', text: 'Make the plan' },
    blocks: [
      ...head,
      backupField(form),
      wayField(way, target),
      ...fieldsOf(form),
      input(FIELD.reason, 'Why', {
        optional: true,
        hint: 'Those who approve it read this',
        element: { type: 'plain_text_input', action_id: FIELD.reason, max_length: 250 },
      }),
    ],
  };
}

function frame(metadata: z.infer<typeof restoreMetadata>): Omit<ModalView, 'blocks'> {
  return {
    type: 'modal',
    callback_id: RESTORE_FORM,
    private_metadata: JSON.stringify(metadata),
    title: { type: 'plain_text', text: 'Restore' },
    close: { type: 'plain_text', text: 'Close' },
  };
}

function fieldsOf(form: RestoreForm): KnownBlock[] {
  const { way } = form;
  if (way === 'in-place') return [];
  return [
    input(FIELD.type, 'Instance type', {
      optional: true,
      hint:
        form.type === undefined
          ? 'The backup does not say which one it was'
          : `Empty: as it was (${form.type})`,
      element: {
        type: 'plain_text_input',
        action_id: FIELD.type,
        max_length: 40,
        placeholder: { type: 'plain_text', text: cut(form.type || 'm5.2xlarge', 150) },
      },
    }),
    input(boundId(FIELD.subnet, form.targets, form.target?.name), 'Subnet', {
      optional: true,
      hint:
        form.subnetId === undefined
          ? 'The backup does not say which one it was'
          : `Empty: as it was (${form.subnetId})`,
      element: {
        type: 'external_select',
        action_id: RESTORE_SUBNET,
        min_query_length: 0,
        placeholder: { type: 'plain_text', text: 'Another subnet of the same VPC' },
      },
    }),
    ...(way === 'test' ? [groupsField()] : []),
    checkboxes(form),
    ...(way === 'replace' ? [hostField(form)] : []),
  ];
}

function groupsField(): KnownBlock {
  return input(FIELD.groups, 'Security groups of the test', {
    hint: 'They must let the bot in (SSH) and nothing out. None of the real machine’s.',
    element: {
      type: 'plain_text_input',
      action_id: FIELD.groups,
      max_length: 200,
      placeholder: { type: 'plain_text', text: 'sg-0123456789abcdef0' },
    },
  });
}

function hostField({ host }: RestoreForm): KnownBlock {
  return input(FIELD.host, 'Another host name', {
    optional: true,
    hint:
      host === undefined
        ? 'Empty: as in the backup'
        : `Empty: ${host}, as it was. Another one needs a change of the GitHub OAuth application`,
    element: {
      type: 'plain_text_input',
      action_id: FIELD.host,
      max_length: 253,
      placeholder: { type: 'plain_text', text: 'ci2.example.com' },
    },
  });
}

function checkboxes({ way, privateIp }: RestoreForm): KnownBlock {
  const nomad = option(OPTION.nomad, 'Remove Nomad’s old state', '/opt/nomad; Server 2.x makes it anew');
  const all =
    way === 'test'
      ? [
          nomad,
          option(OPTION.startApp, 'Start the application', 'It reaches whatever the security groups let out'),
        ]
      : [
          nomad,
          option(
            OPTION.keepIp,
            `Keep the private address${privateIp === undefined ? '' : ` ${privateIp}`}`,
            'Only where it is free: the old machine must be terminated',
          ),
          option(
            OPTION.cutOver,
            'Cut over without asking again',
            'Else a second button decides when the new machine is ready',
          ),
        ];
  return input(FIELD.options, 'Options', {
    optional: true,
    element: { type: 'checkboxes', action_id: FIELD.options, options: all, initial_options: [nomad] },
  });
}

/** Slack keeps what is chosen in a block as long as its id stays: another target’s backup must not stay. */
export function boundId(id: string, targets: readonly Target[], target: string | undefined): string {
  return targets.length > 1 ? `${id}:${target}` : id;
}

function backupField({ backup: chosen, now, targets, target }: RestoreForm): KnownBlock {
  return input(boundId(FIELD.backup, targets, target?.name), 'Backup', {
    element: {
      type: 'external_select',
      action_id: RESTORE_BACKUP,
      min_query_length: 0,
      placeholder: { type: 'plain_text', text: 'Type a part of its id, age or note' },
      ...(chosen === undefined ? {} : { initial_option: backupOption(chosen, now) }),
    },
  });
}

export function backupOption(entry: CatalogueEntry, now: number): PlainTextOption {
  const { title, about } = backupInWords(entry, now);
  return {
    text: { type: 'plain_text', text: cut(title, 75) },
    description: { type: 'plain_text', text: cut(about, 75) },
    value: entry.backupId,
  };
}

function wayField(way: RestoreWay, target: Target): KnownBlock {
  const ways: RestoreWay[] = target.ssh === undefined ? ['in-place'] : ['replace', 'in-place', 'test'];
  const options = ways.map((one) => option(one, WAY_TEXTS[one].title, WAY_TEXTS[one].about));
  const initial = options.find(({ value }) => value === way) ?? options[0];
  return {
    ...input(FIELD.way, 'Way', {
      element: {
        type: 'static_select',
        action_id: RESTORE_WAY,
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
      ...(target.ssh === undefined
        ? { hint: 'Without SSH_PRIVATE_KEY_FILE the bot can restore in place only' }
        : {}),
    }),
    dispatch_action: true,
  };
}

/** A menu of its own rather than a field: before a target is chosen there is nothing to send. */
function targetMenu(targets: readonly Target[], chosen: Target | undefined): KnownBlock[] {
  const options = targets.slice(0, OPTIONS_MAX).map((one) => option(one.name, one.name, one.region));
  const initial = options.find(({ value }) => value === chosen?.name);
  const more = `The first ${OPTIONS_MAX} of ${targets.length}; for another one type its name after the command.`;
  return [
    {
      ...text('*CircleCI installation*'),
      block_id: FIELD.target,
      accessory: {
        type: 'static_select',
        action_id: RESTORE_TARGET,
        placeholder: { type: 'plain_text', text: 'Choose one' },
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    },
    ...(targets.length > OPTIONS_MAX ? [text(more)] : []),
  ];
}

type Input = Extract<KnownBlock, { type: 'input' }>;

function input(
  id: string,
  label: string,
  { element, hint, optional }: { element: Input['element']; hint?: string; optional?: true },
): Input {
  return {
    type: 'input',
    block_id: id,
    label: { type: 'plain_text', text: label },
    element,
    ...(hint === undefined ? {} : { hint: { type: 'plain_text', text: cut(hint, 150) } }),
    ...(optional === undefined ? {} : { optional }),
  };
}

function option(value: string, title: string, about: string): PlainTextOption {
  return {
    text: { type: 'plain_text', text: cut(title, 75) },
    description: { type: 'plain_text', text: cut(about, 75) },
    value,
  };
}

function text(mrkdwn: string): SectionBlock {
  return { type: 'section', text: marked(cut(mrkdwn, 3000)) };
}
