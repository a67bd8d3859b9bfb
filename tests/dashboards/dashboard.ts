// What a dashboard of this project may consist of: the types of @grafana/schema, without their escape hatches. There a
// panel's options and fields, a query and a transformation are records of anything, in which nothing is misspelt.
import type {
  AnnotationQuery, Dashboard, DashboardLink, DataQuery, FieldConfig, MatcherConfig, Panel, RowPanel, VariableModel,
} from '@grafana/schema';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as StateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as Text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as JSON writes it: the members of an enumeration of texts are plain texts there. */
type Written<T> = T extends string ? `${T}`
  : T extends readonly (infer Item)[] ? Written<Item>[]
  : T extends object ? { [Key in keyof T]: Written<T[Key]> }
  : T;

/** Requires properties that the schema leaves open for the sake of older dashboards. */
type Having<T, Keys extends keyof T> = T & { [Key in Keys]-?: NonNullable<T[Key]> };

interface Link { title: string; url: string; targetBlank?: boolean }

interface DataSource { type: 'prometheus'; uid: '${datasource}' }

// Grafana's types of queries of Prometheus are in no package of types alone.
interface PrometheusQuery extends Pick<DataQuery, 'refId' | 'hide'> {
  datasource: DataSource;
  editorMode: 'code';
  exemplar?: boolean;
  expr: string;
  format?: 'table';
  instant?: boolean;
  legendFormat?: string;
  range?: boolean;
}

type Field<Custom> = Omit<FieldConfig, 'custom' | 'links'> & { custom?: Custom; links?: Link[] };

/** A property of an override, `custom.…` for those of the panel's kind. */
type Property<Custom> =
  | {
      [Key in Exclude<keyof Field<Custom>, 'custom'>]-?: { id: Key; value: NonNullable<Field<Custom>[Key]> };
    }[Exclude<keyof Field<Custom>, 'custom'>]
  | { [Key in keyof Custom & string]-?: { id: `custom.${Key}`; value: NonNullable<Custom[Key]> } }[keyof Custom & string];

interface Fields<Custom> {
  defaults: Field<Custom>;
  overrides: {
    matcher: Having<MatcherConfig<string>, 'options'> & { id: 'byName' | 'byRegexp' | 'byFrameRefID' };
    properties: Property<Custom>[];
  }[];
}

type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | {
    id: 'organize';
    options: { excludeByName: Record<string, boolean>; indexByName: Record<string, number>; renameByName: Record<string, string> };
  };

type Loose = 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations' | 'links' | 'datasource';

type Of<Type extends string, Options, Custom> = Having<Omit<Panel, Loose>, 'id' | 'title' | 'gridPos' | 'description'> & {
  type: Type;
  options: Options;
  datasource: DataSource;
  fieldConfig: Fields<Custom>;
  links?: Link[];
  targets: PrometheusQuery[];
  transformations?: Transformation[];
};

type TextPanel = Having<Omit<Panel, Loose>, 'id' | 'title' | 'gridPos'> & { type: 'text'; options: Text.Options };

type AnyPanel =
  | Of<'bargauge', BarGauge.Options, Record<string, never>>
  | Of<'stat', Stat.Options, Record<string, never>>
  | Of<'state-timeline', StateTimeline.Options, StateTimeline.FieldConfig>
  | Of<'table', Table.Options, Table.FieldConfig>
  | Of<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>
  | TextPanel;

type Row = Having<Omit<RowPanel, 'panels' | 'datasource'>, 'gridPos' | 'title'> & { panels: AnyPanel[] };

type Variable = Omit<VariableModel, 'type' | 'query' | 'datasource'> & (
  | { type: 'datasource'; query: 'prometheus' }
  | { type: 'constant' | 'custom'; query: string }
  | { type: 'query'; datasource: DataSource; query: { qryType: 1; query: string; refId: string } }
);

type Annotation = Omit<AnnotationQuery, 'datasource' | 'target'> & {
  datasource: DataSource;
  expr: string;
  textFormat: string;
  titleFormat: string;
  useValueForTime: boolean;
};

type BuiltInAnnotation = Omit<AnnotationQuery, 'datasource'> & { builtIn: 1; datasource: { type: 'grafana'; uid: '-- Grafana --' } };

type Whole = Omit<Dashboard, 'annotations' | 'links' | 'panels' | 'templating' | 'id'> & {
  annotations: { list: (Annotation | BuiltInAnnotation)[] };
  description: string;
  links: DashboardLink[];
  panels: (AnyPanel | Row)[];
  refresh: string;
  tags: string[];
  templating: { list: Variable[] };
  time: { from: string; to: string };
  timezone: 'browser';
  title: string;
  uid: string;
};

export type WrittenDashboard = Written<Whole>;
